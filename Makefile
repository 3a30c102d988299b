# make run    a window that signs in at a demo Logto on this computer
# make test   lint and every test, with the race detector
# make build  build/doorkey-desktop, the window, and build/doorkey, the command line
# make bench  build/bench.md, what Doorkey costs beside a yardstick; ROWS=token
#             measures some, PAIRS=100 more often, and KUBELOGIN=/path/to/it
#             compares with that, too
# make man    build/man, the manual pages of the command line
# make dist   build/dist, packages for Linux and Windows, and the command line
#             for macOS; with NAME="Acme" ISSUER=… CLIENT_ID=… ICON=… a
#             company's own (PACKAGE, ID and SETTINGS are further ones)
#
# These install what they need first (Debian, Ubuntu), or say what to install.

# gcc takes 160 s for one of the packages under the window, clang 13 s.
export CC := $(shell command -v clang 2>/dev/null || command -v gcc 2>/dev/null || echo cc)
export CGO_ENABLED := 1
PROGRAM := build/doorkey-desktop$(shell go env GOEXE 2>/dev/null)

# display comes before build, also with make -j.
.NOTPARALLEL:
.PHONY: run display build cli man test test-keychains bench test-wine test-arm64 lint clean dist dist-ci dist-fresh dist-linux dist-arm64 dist-windows dist-installer dist-macos dist-macos-app dist-sums dist-wine dist-bare

# Said before minutes of building, not after.
display:
	@[ "$$(uname -s)" != Linux ] || [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || \
	{ echo "doorkey: there is no display to show a window on: start it in a desktop session" >&2; exit 2; }

run: display build
	@./$(PROGRAM) --demo

build: cli
	@./.ci/deps run
	go build -o $(PROGRAM) ./cmd/doorkey-desktop

# Needs nothing but Go.
cli:
	CGO_ENABLED=0 go build -o build/doorkey$(shell go env GOEXE 2>/dev/null) ./cmd/doorkey

man:
	go run ./cmd/doorkey/internal/manpages build/man

test:
	@./.ci/deps test
	$(MAKE) lint
	mkdir -p build
	go test -race -timeout 30m -artifacts -outputdir $(CURDIR)/build $$(go list ./... | grep -vx doorkey/app)
	@# Each test of the window has a program of its own, whose fonts Fyne keeps:
	@# all of them in one process would take 18 GB.
	for first in A '[B-S]' '[T-Z]'; do \
		go test -race -timeout 30m -artifacts -outputdir $(CURDIR)/build -skip '^TestGolden' -run "^(Test|Example|Fuzz)$$first" ./app || exit 1; \
	done
	@# Some 900 pictures, which the race detector would take ten times as long for.
	go test -timeout 10m -artifacts -outputdir $(CURDIR)/build -run '^TestGolden' ./app

# On a computer that has nothing else to do. It takes three minutes.
bench:
	@./.ci/deps test
	@mkdir -p build
	@PAIRS=$(PAIRS) KUBELOGIN=$(KUBELOGIN) go run ./cmd/internal/bench/table build/bench.md '$(value ROWS)'

# The real keychains of Linux: GNOME Keyring, KDE's KWallet and KeePassXC, with
# their prompts.
test-keychains:
	@./.ci/deps keychains
	CGO_ENABLED=0 go test -tags keychains -run 'Keychains|KWallet|KeePassXC' -timeout 10m ./auth/keychain ./auth/keychain/internal/secretservice

# Windows, by Wine: the packages that differ there, then both programs.
WINDOWS := ./auth/filestore ./auth/internal/storage ./auth/keychain ./auth/loopback ./auth/logto/... ./auth/systemproxy ./cmd/internal/autostart ./cmd/internal/connect \
	./cmd/internal/network ./cmd/internal/settings ./cmd/internal/smallfile ./cmd/doorkey/internal/...

test-wine:
	@./.ci/deps wine
	mkdir -p build
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 ./.ci/wine go test -p 1 -tags wine -exec wine -timeout 15m $(WINDOWS)
	./.ci/wine go test -p 1 -tags wine -run '^TestOnWindows$$' -timeout 15m -artifacts -outputdir $(CURDIR)/build ./cmd/doorkey ./cmd/doorkey-desktop

# The command line on arm64, by qemu: its scripts, with GNOME's keychain, and its
# packages. Nobody there is somebody else, as two of the tests want.
test-arm64:
	@./.ci/deps arm64
	GOARCH=arm64 CGO_ENABLED=0 ./.ci/arm64 go test -timeout 20m -skip '^(TestAFileOfNoAdministrator|TestSomebodyElseCannotConnect)$$' \
		./cmd/doorkey/... ./auth/logto/... ./cmd/internal/...

lint:
	@./.ci/lint

# Only as given to make itself: WSL, for one, has a $NAME of its own.
given = $(if $(filter command,$(origin $(1))),$($(1)))
export DIST_NAME := $(call given,NAME)
export DIST_ID := $(call given,ID)
export DIST_PACKAGE := $(call given,PACKAGE)
export DIST_ICON := $(call given,ICON)
export DIST_ISSUER := $(call given,ISSUER)
export DIST_CLIENT_ID := $(call given,CLIENT_ID)
export DIST_SETTINGS := $(call given,SETTINGS)

dist: dist-fresh dist-linux dist-arm64 dist-windows dist-installer dist-macos dist-sums
	.ci/dist/check

# What CI builds after the tests.
dist-ci: dist-fresh dist-linux dist-windows dist-installer dist-sums
	.ci/dist/check

dist-fresh:
	@./.ci/deps dist
	rm -rf build/dist build/pack
	.ci/dist/settings

dist-linux:
	@./.ci/deps dist
	.ci/dist/linux amd64

# The window where Debian's libraries for arm64 are installed.
dist-arm64:
	@./.ci/deps dist
	.ci/dist/linux arm64

dist-windows:
	@./.ci/deps dist
	.ci/dist/windows

dist-installer:
	.ci/dist/installer

# The window takes a Mac: see .github/workflows/release.yml.
dist-macos:
	.ci/dist/macos-cli

dist-macos-app:
	.ci/dist/macos-app

dist-sums:
	.ci/dist/sbom
	.ci/dist/sums

# A Windows of Wine's, in which the installer goes over an older version, another
# build and not over a newer one, and out again.
dist-wine:
	@./.ci/deps wine
	@./.ci/deps dist
	.ci/wine .ci/dist/upgrade

# A Debian 12 with nothing in it, in which the packages are installed, started
# and removed. Takes root. BARE=arm64 is one for arm64, on amd64 by qemu.
dist-bare:
	.ci/dist/bare $(BARE)

clean:
	rm -rf build
