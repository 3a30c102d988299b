package settings

import (
	"os"

	"golang.org/x/sys/windows"
)

// ofAnAdministrator lets pass what belongs to the administrators, the system, or
// the person. Everybody can make folders in %ProgramData%, where there is none.
func ofAnAdministrator(f *os.File) error {
	descriptor, err := windows.GetSecurityInfo(windows.Handle(f.Fd()), windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return err
	}
	owner, _, err := descriptor.Owner()
	if err != nil {
		return err
	}
	if owner.IsWellKnown(windows.WinBuiltinAdministratorsSid) || owner.IsWellKnown(windows.WinLocalSystemSid) {
		return nil
	}
	me, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	if !owner.Equals(me.User.Sid) {
		return errForeign
	}
	return nil
}
