# martello's one entry point: `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-print-directory

CC := gcc
CLANG := clang
EMCC := emcc
NPX := npx --no-install

# -- sources ----------------------------------------------------------------------------------------------------------
SERVE_DIRS := base bundle nn vector tower recall rank rerank funnel
SERVE_SRC := $(sort $(foreach d,$(SERVE_DIRS),$(wildcard src/$(d)/*.c)))
LEARN_SRC := $(sort $(wildcard src/learn/*.c))
HEADERS := $(wildcard src/*.h src/*/*.h)
WEB_SRC := $(shell find web -path web/generated -prune -o \( -name '*.ts' -o -name '*.json' -o -name '*.css' -o -name '*.svg' \) -print 2>/dev/null)

# No fused multiply-add anywhere: the same bits in every wasm runtime. Extra flags of the wall: none is switched off.
WARN := -Wall -Wextra -Wconversion -Werror
C_FLAGS := -std=c11 -ffp-contract=off $(WARN) -Isrc -isystem build/include
# Each object comes with a list of the headers that it read.
DEPS := -MMD -MP
NATIVE_FLAGS := $(C_FLAGS) -O2 -g -msse4.1
# What every runtime with SIMD has besides; each makes the module smaller.
WASM_FLAGS := $(C_FLAGS) -msimd128 -mbulk-memory -msign-ext -mnontrapping-fptoint
WASM_LINK := --no-entry -sSTANDALONE_WASM=1 -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=1114112 -sTOTAL_STACK=131072 -sFILESYSTEM=0
comma := ,
exports_of = -sEXPORTED_FUNCTIONS=$(subst $() ,$(comma),$(addprefix _,$(shell cat $(1))))

## all         builds everything; afterwards `npx martello` works in this checkout
all: dist/core.wasm dist/learn.wasm dist/web

## demo        builds a bundle from a real film catalogue and prints recommendations
demo: all
	@node demo/demo.mjs

## serve       builds the same films and serves them as a page on loopback (PORT, 8080)
serve: all
	@node demo/serve.mjs

## demo-shards a catalogue in 8 shards, in workerd as at Cloudflare (SERVE=1: until it is stopped); installs that into build/matrix
demo-shards: all
	@node demo/shards.mjs

# -- what a fresh machine lacks ---------------------------------------------------------------------------------------
# NEEDS lists file:package; only what is missing is installed.
BUILD_NEEDS := /usr/bin/gcc:gcc /usr/bin/emcc:emscripten /usr/include/xxhash.h:libxxhash-dev
TEST_NEEDS := $(BUILD_NEEDS) /usr/include/simde/wasm/simd128.h:libsimde-dev /usr/include/cmocka.h:libcmocka-dev \
  /usr/bin/curl:curl /usr/bin/chromium-headless-shell:chromium-headless-shell /usr/bin/clang:clang /usr/bin/clang-tidy:clang-tidy \
  /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a:libclang-rt-14-dev
define install_needs
	@missing=""; for need in $(1); do [ -e "$${need%%:*}" ] || missing="$$missing $${need##*:}"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing:$$missing"; \
	    (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing) >build/apt.log 2>&1 \
	      || { tail -5 build/apt.log; exit 1; }; \
	  else echo "Please install:$$missing (Debian package names), then run make again."; exit 1; fi; \
	fi
endef
.PHONY: build-tools test-tools
build-tools: | build
	$(call install_needs,$(BUILD_NEEDS))
	@node -e 'if (+process.versions.node.split(".")[0] < 20) { console.error(`Please install Node 20 or later (found $${process.version}).`); process.exit(1) }'
test-tools: | build
	$(call install_needs,$(TEST_NEEDS))
# The whole browser, for benchmarks of pages; tests take the engine alone (tests/web/helpers/chromium.mjs).
.PHONY: browser
browser: | build
	$(call install_needs,$(or $(MARTELLO_CHROMIUM),/usr/bin/chromium):chromium)
node_modules/.package-lock.json: package.json package-lock.json
	@echo 'npm ci'
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@
build dist build/include:
	@mkdir -p $@

# The one header we take from the C side's system: copied alone, so that wasm sees no other native header.
build/include/xxhash.h: | build-tools build/include
	@cp /usr/include/xxhash.h $@

# -- wasm -------------------------------------------------------------------------------------------------------------
# Only these loops are worth their size at -O2 (-O3 adds bytes, no speed); everything else a page downloads is compiled small.
# A hot loop inlines what says so, no more.
HOT := src/vector/scan.c src/vector/query.c src/bundle/checksum.c
build/wasm/%.o: src/%.c build/include/xxhash.h Makefile | build-tools
	@mkdir -p $(@D)
	@$(EMCC) $(WASM_FLAGS) $(if $(filter $<,$(HOT)),-O2 -finline-hint-functions,-Oz) $(DEPS) -c $< -o $@
build/learn/%.o: src/%.c build/include/xxhash.h | build-tools
	@mkdir -p $(@D)
	@$(EMCC) $(WASM_FLAGS) -O3 -matomics $(DEPS) -c $< -o $@
# A module exports what TypeScript calls: core.wasm the functions of CoreExports, learn.wasm those named in quotes anywhere. A list
# changes only with its names, so that nothing is linked again without need.
keep_if_same = LC_ALL=C sort -u >$@.new; if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
build/serve.exports: web/recommender/exports.ts | build
	@grep -oE '^  mt_\w+' $< | tr -d ' ' | $(keep_if_same)
build/learn.exports: $(WEB_SRC) | build
	@grep -hoE "'mt_\w+'" $(WEB_SRC) | tr -d "'" | $(keep_if_same)
CORE_OBJ := $(SERVE_SRC:src/%.c=build/wasm/%.o)
# A module carries a name of its sources, and JavaScript built beside it expects that one: nobody must mix versions.
made_of = $(shell cat $(1) $(HEADERS) | sha256sum | cut -c1-12)
CORE_WASM := wasm/serve.c wasm/made_of.c
LEARN_WASM := wasm/keep.h wasm/learn.c wasm/ranking.c wasm/spaces.c wasm/threads.c wasm/made_of.c
CORE_ID = $(call made_of,$(SERVE_SRC) $(CORE_WASM))
LEARN_ID = $(call made_of,$(SERVE_SRC) $(LEARN_SRC) $(LEARN_WASM))
ids: # asked each time
# Written anew where it is another: then a module is linked again, even if only a header that it does not read has changed.
build/core.id: ids | build
	@echo '$(CORE_ID)' | $(keep_if_same)
build/learn.id: ids | build
	@echo '$(LEARN_ID)' | $(keep_if_same)
dist/core.wasm: $(CORE_OBJ) $(CORE_WASM) build/serve.exports build/core.id | dist
	@echo 'linking $@'
	@$(EMCC) $(WASM_FLAGS) -Oz -DMT_MADE_OF='"$(CORE_ID)"' $(WASM_LINK) -sMALLOC=none -sSUPPORT_ERRNO=0 $(call exports_of,build/serve.exports) $(filter %.o %.c,$^) -o $@
# Threads of the builder share one memory, each through an instance of its own (wasm/threads.c). The toolchain's library comes
# without atomics and needs none, which --no-check-features tells the linker.
THREADS := -sIMPORTED_MEMORY=1 -Wl,--shared-memory,--no-check-features,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=free
dist/learn.wasm: $(SERVE_SRC:src/%.c=build/learn/%.o) $(LEARN_SRC:src/%.c=build/learn/%.o) $(LEARN_WASM) build/learn.exports build/learn.id | dist
	@echo 'linking $@'
	@$(EMCC) $(WASM_FLAGS) -O3 -matomics -DMT_MADE_OF='"$(LEARN_ID)"' $(WASM_LINK) $(THREADS) -sMAXIMUM_MEMORY=4GB -sMALLOC=emmalloc $(call exports_of,build/learn.exports) $(filter %.o %.c,$^) -o $@
# What both must be made of, for web/made-of.mjs.
print-ids:
	@echo '{ "core.wasm": "$(CORE_ID)", "learn.wasm": "$(LEARN_ID)" }'

-include $(wildcard build/wasm/*.d build/wasm/*/*.d build/learn/*.d build/learn/*/*.d build/native/*.d build/native/*/*.d \
  build/san/*.d build/san/*/*.d build/fuzz/obj/*.d build/fuzz/obj/*/*.d)

# -- JavaScript -------------------------------------------------------------------------------------------------------
# Numbers that bundles hold, for TypeScript, from the lists of C's headers.
NUMBERS := web/generated/numbers.ts
$(NUMBERS): wasm/numbers.c $(wildcard src/bundle/*.h src/base/*.h) src/martello.h build/include/xxhash.h | build-tools
	@mkdir -p $(@D) build/wasm
	@$(CC) $(C_FLAGS) $< -o build/wasm/numbers
	@build/wasm/numbers >$@
# JSON Schemas of config, policy and looks, from their types: only what declares those is read again.
SCHEMAS := $(addprefix web/generated/,$(addsuffix .schema.json,config policy looks))
$(SCHEMAS) &: web/schemas.mjs $(wildcard web/build/*.ts web/build/fit/*.ts web/build/models/*.ts web/build/sources/*.ts) web/recommender/filter.ts \
  web/recommender/rules.ts web/import/onnx/tape/program.ts web/serve/looks.ts $(NUMBERS) node_modules/.package-lock.json
	@node web/schemas.mjs
dist/web: $(WEB_SRC) $(NUMBERS) $(SCHEMAS) dist/core.wasm dist/learn.wasm node_modules/.package-lock.json package.json
	@node web/build.mjs
	@touch $@

PRETTY := 'web/**/*.{ts,mjs,css}' 'tests/**/*.mjs' 'demo/**/*.{mjs,js,css,html}'

# -- native -----------------------------------------------------------------------------------------------------------
NATIVE_SRC := $(SERVE_SRC) $(LEARN_SRC)
NATIVE_OBJ := $(NATIVE_SRC:src/%.c=build/native/%.o)
build/native/%.o: src/%.c build/include/xxhash.h | test-tools
	@mkdir -p $(@D)
	@$(CC) $(NATIVE_FLAGS) $(DEPS) -c $< -o $@
## lib         build/libmartello.a for native hosts; its header is src/martello.h
lib: build/libmartello.a
build/libmartello.a: $(NATIVE_OBJ)
	@rm -f $@
	@ar rcs $@ $^

# Tests run the same sources under ASan and UBSan.
SAN := -fsanitize=address,undefined -fno-sanitize-recover=all
SAN_OBJ := $(NATIVE_SRC:src/%.c=build/san/%.o)
build/san/%.o: src/%.c build/include/xxhash.h | test-tools
	@mkdir -p $(@D)
	@$(CC) $(NATIVE_FLAGS) $(SAN) $(DEPS) -c $< -o $@
build/libsan.a: $(SAN_OBJ)
	@rm -f $@
	@ar rcs $@ $^
C_TESTS := $(patsubst tests/c/%.c,build/test/%,$(wildcard tests/c/test_*.c))
build/test/test_scarce: WRAPPED := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
build/test/%: tests/c/%.c build/libsan.a $(wildcard tests/c/*.h)
	@mkdir -p $(@D)
	@$(CC) $(NATIVE_FLAGS) $(SAN) -Itests/c $< build/libsan.a $(WRAPPED) -lcmocka -lm -o $@

# Fuzzers: libFuzzer over the same sources, seeded with bundles that the writer makes now.
FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SAN := -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
FUZZ_FLAGS := $(NATIVE_FLAGS) $(FUZZ_SAN) -Itests/c
build/fuzz/obj/%.o: src/%.c build/include/xxhash.h | test-tools
	@mkdir -p $(@D)
	@$(CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link $(DEPS) -c $< -o $@
build/fuzz/libfuzzed.a: $(NATIVE_SRC:src/%.c=build/fuzz/obj/%.o)
	@rm -f $@
	@ar rcs $@ $^
build/fuzz/fuzz_%: tests/fuzz/fuzz_%.c build/fuzz/libfuzzed.a $(wildcard tests/c/*.h)
	@$(CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer $< build/fuzz/libfuzzed.a -lm -o $@
build/fuzz/seeds: tests/fuzz/seeds.c build/libsan.a $(wildcard tests/c/*.h)
	@mkdir -p $(@D) build/fuzz/recommender build/fuzz/sections
	@$(CC) $(NATIVE_FLAGS) $(SAN) -Itests/c $< build/libsan.a -lm -o $@
	$@ build/fuzz/recommender build/fuzz/sections

## fuzz        FUZZ_SECONDS (60) of each fuzzer; what they find interesting stays in build/fuzz
fuzz: $(FUZZERS:%=fuzz-%)
$(FUZZERS:%=fuzz-%): fuzz-%: build/fuzz/fuzz_% build/fuzz/seeds
	@echo "== fuzz $*, $(FUZZ_SECONDS) s"
	@$< -max_total_time=$(FUZZ_SECONDS) -max_len=40000 -len_control=0 -timeout=20 -rss_limit_mb=2048 -close_fd_mask=1 \
	  -artifact_prefix=build/fuzz/crash-$*- build/fuzz/$* >build/fuzz/$*.log 2>&1 || { tail -60 build/fuzz/$*.log; exit 1; }
	@grep -E '^Done' build/fuzz/$*.log

## fuzz-long   MINUTES (60) of all that reads what is untrusted, in C and JavaScript, on two cores; prints the hours so far
fuzz-long: MINUTES ?= 60
fuzz-long: all $(FUZZERS:%=build/fuzz/fuzz_%) build/fuzz/seeds
	@node tests/fuzz/long.mjs $(MINUTES) $(FUZZERS)

## lint        clang-tidy over src/, prettier over the rest
lint: build/include/xxhash.h node_modules/.package-lock.json $(patsubst src/%.c,build/lint/%.ok,$(NATIVE_SRC))
	@$(NPX) prettier --log-level warn --check $(PRETTY)
## format      prettier, in place
format: node_modules/.package-lock.json
	@$(NPX) prettier --log-level warn --write $(PRETTY)
build/lint/%.ok: src/%.c $(HEADERS) .clang-tidy | test-tools
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(filter-out -Werror,$(C_FLAGS)) -msse4.1 2>/dev/null
	@touch $@

## test        every test: C under sanitizers, structure, Node, Chromium, a short fuzz, size budgets
test: FUZZ_SECONDS := 5
## test-long   the same with every corruption, draw and crash of which test takes a sample, and longer fuzz
test-long: export LONG := 1
JOBS := $(shell nproc)
test test-long: test-tools
	@$(MAKE) -j$(JOBS) -Otarget lint test-c fuzz all FUZZ_SECONDS=$(FUZZ_SECONDS)
	@$(MAKE) test-web
## test-c      the C tests alone
test-c: $(C_TESTS:build/test/%=run-%)
$(C_TESTS:build/test/%=run-%): run-%: build/test/%
	@echo "== $<"; $<
## test-web    the Node and browser tests alone
test-web: all build/libmartello.a
	@node --test --test-concurrency=$(JOBS) $(shell find tests/web -name "*.test.mjs" | sort)

# Runtimes and bundlers come from npm into build/matrix, browsers from Debian; what cannot be had is skipped, with the reason.
MATRIX_NEEDS := /usr/bin/chromium:chromium /usr/bin/firefox-esr:firefox-esr \
  /usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser:webkit2gtk-driver /usr/bin/Xvfb:xvfb
.PHONY: matrix-tools
matrix-tools: | build
	$(call install_needs,$(MATRIX_NEEDS))
## test-matrix the packed package in every browser, server runtime, edge runtime and bundler there is: the same bits
test-matrix: export MARTELLO_CHROMIUM ?= /usr/bin/chromium
test-matrix: all
	-@$(MAKE) matrix-tools
	@mkdir -p build/matrix
	@node --test-reporter=spec --test-reporter-destination=build/matrix/prepare.log tests/matrix/prepare.mjs
	@node --test --test-concurrency=1 $(wildcard tests/matrix/*.test.mjs)

## bench       the benchmarks, seeded, with a baseline in the same run
bench: all browser
	@node tests/bench/vector.mjs
	@node tests/bench/kernel.mjs
	@node tests/bench/products.mjs
	@node tests/bench/open.mjs
	@node tests/bench/slate.mjs
	@node tests/bench/search.mjs
	@node tests/bench/trees.mjs
	@node tests/bench/funnel.mjs
	@node tests/bench/site.mjs
## bench-peers the same against the packages people would pick, and what a page loads of them; installs them into build/
bench-peers: all browser
	@node tests/bench/peers.mjs
	@node tests/bench/packages.mjs

## bench-lists ten million items split (LISTS=W3: a million), on a static host 50 ms away: needs 6 GB of disk and 4 GB of memory
bench-lists: LISTS ?= W4
bench-lists: all
	@node tests/bench/lists.mjs $(LISTS)

## bench-shards ten million items in 8 shards of workerd (SHARDS=W3: a million): latency, memory, and faults under load; needs 6 GB of disk
bench-shards: SHARDS ?= W4
bench-shards: all
	@node tests/bench/shards.mjs $(SHARDS)

## bench-build how builds of 1 to 5 million events (SIZES=1,5,25) grow, against the parent commit (OTHER=checkout); and a million vectors
bench-build: all
	@built=0; node tests/bench/build.mjs || built=$$?; node tests/bench/tables.mjs && exit $$built

## bench-days  the next day: a rebuild with --previous beside a fresh build, and their patches; and thirty such days in a row
bench-days: all
	@missed=0; node tests/bench/days.mjs || missed=$$?; node tests/bench/month.mjs && exit $$missed

## bench-noise  what config key noise leaves of quality at which epsilon, and what an audit still finds
bench-noise: all
	@node tests/bench/noise.mjs

## bench-signed  what signatures and patches cost, on a bundle of 5 MB, in Node and in Chromium
bench-signed: all browser
	@node tests/bench/signed.mjs

## bench-soak  memory through 1,000,000 requests and 1,000 updates, in one page and in workerd; installs that into build/matrix
bench-soak: all browser
	@node tests/bench/soak.mjs

## bench-judges  how many clicks interleaving takes, whether off-policy intervals and those of reports hold the truth: seeded simulators, 30 minutes
bench-judges: all
	@node tests/bench/interleave.mjs
	@node tests/bench/ope.mjs
	@node tests/bench/reports.mjs

## bench-edge  the edge demo under load in workerd; installs that into build/matrix
bench-edge: all
	@node tests/bench/edge.mjs

## quality     builds and evaluates on real data, against what is required and published (ROWS=toys,dense: parts alone; needs ../shared/data)
quality: all
	@node tests/bench/quality.mjs

## quality-trained  the same of models that builds train (ROWS=sasrec,bpr: some alone, SEEDS=1,2,3; a quarter of an hour each)
quality-trained: all
	@node tests/bench/trained.mjs

## size        what a page downloads, and what npm installs
size: all
	@for f in dist/core.wasm dist/browser.js; do printf '%-20s %8d bytes  %7d gzip -9\n' $$f $$(stat -c %s $$f) $$(gzip -9c $$f | wc -c); done
	@node tests/bench/installed.mjs

## docs        the API reference, from the types: build/docs/index.html
docs: node_modules/.package-lock.json $(NUMBERS) $(SCHEMAS)
	@$(NPX) typedoc --logLevel Warn --options web/typedoc.json
	@echo build/docs/index.html

## clean       removes what was built
clean:
	rm -rf build dist web/generated

## help        this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)


.PHONY: all ids print-ids lib demo demo-shards serve test test-long test-c test-web test-matrix fuzz fuzz-long lint format bench bench-peers bench-build bench-lists bench-shards bench-days bench-signed bench-soak bench-edge quality quality-trained size docs clean help \
  $(C_TESTS:build/test/%=run-%) $(FUZZERS:%=fuzz-%)
