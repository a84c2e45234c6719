# Fuzzers of the hot path, by libFuzzer under ASan and UBSan. scripts/fuzz.sh runs them for long.
#
#   make fuzz          builds them, by clang: build/fuzz-receive …
#   make fuzz-short    runs each for some seconds from its corpus on, always the same way
#   make fuzz-replay   runs each corpus, and MUTATIONS of each input, without libFuzzer: any compiler does

comma := ,

# A fuzzer is what it alone needs, and what they share. Their system calls are those of test/fuzz/kernel*.c.
FUZZERS := receive transmit routes
FUZZ_SHARED := $(addprefix test/,random.c site.c splitter.c) \
	$(addprefix test/fuzz/,craft.c failure.c kernel.c kernel_interface.c kernel_socket.c ledger.c rig.c textbook.c)
FUZZ_receive := $(addprefix test/fuzz/,receive.c receive_model.c receive_store.c carrier.c)
FUZZ_transmit := $(addprefix test/fuzz/,transmit.c transmit_model.c sealed_store.c giver.c)
FUZZ_routes := test/fuzz/routes.c
FUZZ_WRAPPED := epoll_wait recvmmsg sendmmsg read readv write writev tv_boottime_us gather_slot interface_drops socket_drops
FUZZ_WRAP := $(addprefix -Wl$(comma)--wrap=,$(FUZZ_WRAPPED))
FUZZ_RUNTIME := $(wildcard $(shell clang -print-file-name=libclang_rt.fuzzer-$(shell uname -m).a 2>/dev/null))
FUZZ := -g -O2 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_CORPUS := ../test/fuzz/corpus
MUTATIONS := 20
# About ten seconds each.
RUNS_receive := 30000
RUNS_transmit := 30000
RUNS_routes := 3000
fuzz_sources = $(SOURCES) $(FUZZ_SHARED) $(FUZZ_$(1))

# Where some lead tells a fuzzer nothing, and in others each comparison takes longer to note than to make.
FUZZ_UNSEEN = test/% $(addprefix src/,statistics.c grace.c keystore.c) $(BOX_SOURCES)
FUZZ_UNCOMPARED := src/trie.c
fuzz_seen = $(if $(filter $(FUZZ_UNCOMPARED),$<),-fsanitize-coverage=inline-8bit-counters$(comma)pc-table,-fsanitize=fuzzer-no-link)
fuzz_coverage = $(if $(filter $(FUZZ_UNSEEN),$<),,$(fuzz_seen))

.PHONY: fuzz fuzz-list fuzz-replay fuzz-short

$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	clang $(CFLAGS) $(FUZZ) $(fuzz_coverage) -Isrc -Itest -c -o $@ $<

fuzz: $(addprefix $(BUILD)/fuzz-,$(FUZZERS))

fuzz-list:
	@echo $(FUZZERS)

define fuzzer_rule
$(BUILD)/fuzz-$(1): $$(call objects,fuzz,$$(call fuzz_sources,$(1)))
	clang $$(FUZZ) -fsanitize=fuzzer $$(LDFLAGS) $$(FUZZ_WRAP) -o $$@ $$^ $$(SODIUM_LIBS)

$(BUILD)/replay-$(1): $$(call objects,asan,$$(call fuzz_sources,$(1)) test/fuzz/replay.c)
	$$(CC) $$(ASAN) $$(LDFLAGS) $$(FUZZ_WRAP) -o $$@ $$^ $$(SODIUM_LIBS)

fuzz-replay-$(1): $(BUILD)/replay-$(1)
	$(BUILD)/replay-$(1) $(FUZZ_CORPUS)/$(1) $(MUTATIONS)

fuzz-short-$(1): $(BUILD)/fuzz-$(1)
	@rm -rf $(BUILD)/found-short-$(1) && mkdir -p $(BUILD)/found-short-$(1)
	$(BUILD)/fuzz-$(1) -seed=1 -runs=$(RUNS_$(1)) -max_len=1024 -verbosity=0 -artifact_prefix=$(BUILD)/$(1)- \
		$(BUILD)/found-short-$(1) $(FUZZ_CORPUS)/$(1)
	@echo "ok fuzz: $(1), $(RUNS_$(1)) runs"
endef
$(foreach fuzzer,$(FUZZERS),$(eval $(call fuzzer_rule,$(fuzzer))))

fuzz-replay: $(addprefix fuzz-replay-,$(FUZZERS))

ifeq ($(FUZZ_RUNTIME),)
fuzz-short:
	@echo 'skip fuzz: there is no clang, or not the runtime of its fuzzer'
else
fuzz-short: $(addprefix fuzz-short-,$(FUZZERS))
endif
