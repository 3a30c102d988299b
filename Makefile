# make run    a window that signs in at a demo Logto on this computer
# make test   lint and every test, with the race detector
# make build  build/doorkey-desktop, the window, and build/doorkey, the command line
# make man    build/man, the manual pages of the command line
#
# Both install what they need first (Debian, Ubuntu), or say what to install.

# gcc takes 160 s for one of the packages under the window, clang 13 s.
export CC := $(shell command -v clang 2>/dev/null || command -v gcc 2>/dev/null || echo cc)
export CGO_ENABLED := 1
PROGRAM := build/doorkey-desktop$(shell go env GOEXE 2>/dev/null)

# display comes before build, also with make -j.
.NOTPARALLEL:
.PHONY: run display build cli man test test-wine lint clean

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
	go test -race -timeout 30m -artifacts -outputdir $(CURDIR)/build -skip '^TestGolden' ./...
	@# Some 900 pictures, which the race detector would take ten times as long for.
	go test -timeout 10m -artifacts -outputdir $(CURDIR)/build -run '^TestGolden' ./app

# Windows, by Wine: the packages that differ there, then both programs.
WINDOWS := ./auth/keychain ./auth/loopback ./auth/logto/... ./cmd/internal/autostart ./cmd/internal/connect \
	./cmd/internal/network ./cmd/internal/settings ./cmd/internal/smallfile ./cmd/doorkey/internal/...

test-wine:
	@./.ci/deps wine
	mkdir -p build
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 ./.ci/wine go test -p 1 -tags wine -exec wine -timeout 15m $(WINDOWS)
	./.ci/wine go test -p 1 -tags wine -run '^TestOnWindows$$' -timeout 15m -artifacts -outputdir $(CURDIR)/build ./cmd/doorkey ./cmd/doorkey-desktop

lint:
	@./.ci/lint

clean:
	rm -rf build
