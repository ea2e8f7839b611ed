# Every developer task. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
DEBIAN := postfix postgresql systemd nginx chromium fonts-noto-core fonts-noto-cjk zsh fish mandoc

# Compiled files are kept, also where the environment says not to: without them each of a thousand starts compiles all anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help provider tasks judgement articles quick forms concerned shape long conservation setup flood quiet console shots demo demo-parties test lint format types imports unit fuzz bench bench-all intervals hostile growth archives soak parsers matching stories copies weights margins docs site dist package scaling chaos memory month takeovers packing picture pictures debian crash starting sending selecting delay messages clients places parsed frequencies languages lock dependencies audit clean

help: ## list the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.ready: requirements/runtime.txt requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "aseanwatch needs Python 3.11 or newer, this is " + sys.version)'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || scripts/debian.sh python3-venv
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.bench: $(VENV)/.ready requirements/bench.txt requirements/bench-alone.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/bench-alone.txt
	@touch $@

setup: $(VENV)/.ready ## make the virtual environment with the locked dependencies

demo: setup ## three days of a simulated news web, from feeds to digests in ./demo (ASSIST=1: with a sample assistant that translates)
	@$(BIN)/python -m tests.newsroom.demo $(if $(ASSIST),--assist)

demo-parties: setup ## the same for other parties: India and Africa, from `init --for` to a digest in ./demo-parties
	@$(BIN)/python -m tests.newsroom.other_parties

quick: setup ## before each commit: lint, types, and for less than a minute the tests that the change concerns (SINCE=commit)
	@$(MAKE) --no-print-directory -j 3 lint types concerned

concerned: setup
	@$(BIN)/python -m tests.quick $(SINCE)

test: lint debian ## before each push, all that must pass: lint, format, types, import directions, tests
	@$(MAKE) --no-print-directory -j 3 types imports unit

lint: setup # style, and REUSE.toml: every file has its rights and licence, every licence its text
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/reuse lint --quiet

format: setup ## put the code into its standard form
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: setup
	@$(BIN)/mypy

imports: setup
	@$(BIN)/lint-imports

unit: setup debian ## only the tests, four more at a time than there are cores, for many wait for others
	@$(BIN)/python -m compileall -q -j 0 crawler alerts # else each of the processes compiles all of it
	@$(BIN)/python -m pytest -n $$(( $$(nproc 2>/dev/null || echo 2) + 4 ))

shape: setup ## how the code reads: lengths, comments, what a line carries
	@$(BIN)/python -m scripts.shape

long: setup debian ## the tests that `make test` leaves out: more ways of what it shows already
	@$(BIN)/python -m pytest -m long

debian: # what tests need beside Python, where Debian is: a mail server, a browser, fonts of all scripts
	@if command -v apt-get >/dev/null; then scripts/debian.sh $(DEBIAN); else echo "No Debian: tests that need $(DEBIAN) are left out."; fi
	@$(MAKE) --no-print-directory provider

provider: tests/provider/node_modules/.package-lock.json # the provider of accounts that the console's tests sign in at

tests/provider/node_modules/.package-lock.json: tests/provider/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix tests/provider --silent --no-audit --no-fund && touch $@; else echo "No npm: the tests with a real provider of accounts are left out."; fi

pictures: setup debian ## take anew the pictures that tests compare the digest with
	@ASEANWATCH_NEW_PICTURES=1 $(BIN)/python -m pytest -n 0 tests/system/test_pictures.py

forms: $(VENV)/.bench ## seven hundred faulty feeds and sitemaps in ten languages, read beside other parsers: is any value wrong
	@$(BIN)/python -m benchmarks.feed_forms --show

sending: $(VENV)/.bench ## messages a second beside smtplib and aiosmtplib, with rendering
	@$(BIN)/python -m benchmarks.sending

selecting: setup ## what is new for whom: 10,000 stories, up to 4,000 subscriptions
	@$(BIN)/python -m benchmarks.selecting

scaling: $(VENV)/.bench debian ## one process beside 1, 2 and 4 workers, and how many machines for how many feeds; draws docs/scaling-*.svg (three minutes)
	@$(BIN)/python -m benchmarks.workers --write docs/figures/workers.json
	@$(BIN)/python -m benchmarks.sizing --pictures docs

starting: setup ## processor time until help, completion and the first request of a crawl (BESIDE=python of another environment)
	@$(BIN)/python -m benchmarks.starting $(if $(BESIDE),--beside $(BESIDE))

memory: setup ## what the service takes, process by process, at 146 and 2,000 sources with the console read; LIMIT=512 ends it where it takes more
	@$(BIN)/python -m benchmarks.memory $(if $(LIMIT),--limit $(LIMIT))

month: setup ## a simulated month of a desk of 146 sources in half an hour, within a memory control group (LIMIT=512 megabytes; needs root)
	@$(BIN)/python -m benchmarks.month $(if $(LIMIT),--limit $(LIMIT))

takeovers: setup ## the memory of a service that takes over a changed configuration twenty times
	@$(BIN)/python -m benchmarks.reloads

packing: $(VENV)/.bench ## what digests take in the store before and after they are packed
	@$(BIN)/python -m benchmarks.packing

chaos: setup debian ## rounds go on while workers are killed two hundred times, in the midst of units too, and the database is away for a minute; sources come and go
	@$(BIN)/python -m benchmarks.chaos

flood: setup ## 50 outlets with ten years of archives are added to a running service: what is told (some minutes)
	@$(BIN)/python -m benchmarks.archives flood

quiet: setup ## a simulated year with everything older than 30 days pruned daily: is each event told once (some minutes)
	@$(BIN)/python -m benchmarks.archives quiet

console: setup ## how long each page of the console takes over 200,000 articles (four minutes)
	@$(BIN)/python -m benchmarks.console

shots: demo debian ## take the pictures of the console and the mails in docs/console and docs/pictures anew (ten minutes)
	@scripts/debian.sh pngquant
	@$(BIN)/python -m benchmarks.desk_pictures
	@pngquant --force --ext .png --skip-if-larger docs/console/*.png || true

tasks: demo debian ## thirteen tasks of a day at the desk in a real browser, for three people: steps and seconds; writes docs/desk-tasks.md (five minutes)
	@$(BIN)/python -m benchmarks.desk_tasks --write

delay: setup ## from publication to inbox with 500 sources: where the time goes (six minutes)
	@$(BIN)/python -m benchmarks.delay

crash: setup ## kill the sender 200 times while it sends, and count what is lost and what comes twice (half an hour)
	@$(BIN)/python -m benchmarks.crash --runs 200
	@$(BIN)/python -m benchmarks.crash --runs 200 --anywhere

weights: setup ## how far each weight of judging moves the measures over our own sample news (FILE=news.jsonl for other news; ten minutes on 2 cores)
	@$(BIN)/python -m benchmarks.weights $(FILE)

margins: setup ## halve each weight, and raise it by half, and see which cases near its threshold catch that (half a minute)
	@$(BIN)/python -m tests.crawler.margins.sweep --write

fuzz: setup ## ten thousand random cases for each property of judging (some minutes)
	@$(BIN)/python -m pytest tests/crawler/judging --hypothesis-profile=fuzz --hypothesis-show-statistics

conservation: setup ## two thousand simulated newsrooms in which everything fails: no entry is ever lost (half an hour)
	@CONSERVATION=1000 $(BIN)/python -m pytest -n 0 tests/crawler/ingest/test_conservation.py

bench: $(VENV)/.bench ## feeds polled for the first time and again, beside bare Scrapy, reader, newsboat and rss2email
	@scripts/debian.sh newsboat rss2email
	@$(BIN)/python -m benchmarks.end_to_end --parts --write docs/figures/bench.json

bench-all: $(VENV)/.bench ## every benchmark that has peers, small: ratios beside the kept run in docs/project/benchmarks.md; fails if one fell by more than 15 % (KEEP=1 keeps the run, ONLY="matching sending"; ten minutes)
	@scripts/debian.sh newsboat rss2email postgresql
	@$(BIN)/python -m benchmarks.bench_all $(if $(KEEP),--keep) $(if $(ONLY),--only $(ONLY))

intervals: setup ## a simulated month of 2,000 sources, asked every 15 minutes and by their rhythm (some minutes)
	@$(BIN)/python -m benchmarks.intervals --write docs/figures/intervals.json

hostile: setup ## a quarter of 400 sources hostile: what it costs the others
	@$(BIN)/python -m benchmarks.hostile

archives: setup ## a web archive of 1 GB comes in, beside plain reading and extracting of it; how the order of archives changes stories (ten minutes)
	@$(BIN)/python -m benchmarks.imports
	@$(BIN)/python -m benchmarks.imports --order

growth: $(VENV)/.bench ## what an entry costs while the store, the window, a base, a copied text or subscriptions grow; draws docs/growth.svg (ten minutes; FULL=1 to 1,000,000 entries and 50,000 in the window: half an hour)
	@$(BIN)/python -m benchmarks.growth $(if $(FULL),--full) --picture docs/growth.svg --write docs/figures/growth.json

soak: $(VENV)/.bench ## a simulated day in ten minutes: memory; and again with kills and a full disk
	@$(BIN)/python -m benchmarks.soak
	@$(BIN)/python -m benchmarks.soak --kills

articles: $(VENV)/.bench ## text, headline and authors of article pages beside seven other readers, in ten languages (four minutes)
	@$(BIN)/python -m benchmarks.article_pages
	@$(BIN)/python -m benchmarks.article_pages --held-back

parsers: setup ## hold the fast feed parser against feedparser over feedparser's own test feeds
	@$(BIN)/python -m pip download --quiet --no-binary :all: --no-deps feedparser -d build/feedparser && tar -xzf build/feedparser/feedparser-*.tar.gz -C build/feedparser
	@$(BIN)/python -m scripts.compare_parsers build/feedparser

matching: $(VENV)/.bench ## articles a second through 10 to 10,000 topics beside other engines; draws docs/matching.svg
	@$(BIN)/python -m benchmarks.matching --picture docs/matching.svg

stories: $(VENV)/.bench ## news grouped into stories beside other ways to do it: quality, order, speed (FILE=news.jsonl for other news)
	@$(BIN)/python -m benchmarks.stories $(FILE)

topic-pages: setup ## five topics made with `topics new`, measured on held news in ten languages; writes docs/worked-topics
	@$(BIN)/python -m benchmarks.topic_pages

judgement: $(VENV)/.ready ## how well news is judged beside simple rules; draws docs/judgement.svg (FILE=news.jsonl for other news, BEFORE=predictions.jsonl of another release)
	@$(BIN)/python -m benchmarks.judgement $(FILE) $(if $(BEFORE),--before $(BEFORE)) --picture docs/judgement.svg --write docs/figures/judgement.json

copies: $(VENV)/.bench ## re-published texts found again beside MinHash LSH, up to 1,000,000 stored articles; draws docs/copies.svg
	@$(BIN)/python -m benchmarks.copies --picture docs/copies.svg

docs: setup ## write what is generated from the code: schema, reference pages, manual page, dashboard, page of benchmarks
	@$(BIN)/aseanwatch schema > docs/config.schema.json
	@$(BIN)/aseanwatch schema --sources > docs/sources.schema.json
	@$(BIN)/python -m scripts.build_reference
	@$(BIN)/python -m scripts.build_man
	@$(BIN)/python -m scripts.build_dashboard
	@$(BIN)/python -m benchmarks.bench_all --page

site: setup ## build the documentation site into ./site
	@$(BIN)/mkdocs build --quiet --strict

dist: setup ## build wheel, source package, list of parts (SBOM) and shell completions into ./dist
	@scripts/dist.sh

package: setup ## install the wheel with every dependency's hash in an empty environment and use it; lint what deploys (two minutes)
	@scripts/debian.sh systemd prometheus
	@$(BIN)/python -m pytest -n 0 tests/deploy --package

messages: setup ## find the words of the frame that are not translated yet, in alerts/locale
	@scripts/messages.sh

clients: demo ## what mail programs do not know of the demo's digest, by caniemail (needs npm)
	@sh scripts/mail_clients.sh "$$(ls demo/*asean-desk*.html | head -n 1)"

picture: setup ## render docs/digest.png from the demo's digest (needs Chromium: make installs it on Debian)
	@scripts/debian.sh chromium fonts-noto-core fonts-noto-cjk pngquant
	@scripts/picture.sh

languages: setup ## cut py3langid's model down to the Latin languages anew
	@$(BIN)/python -m scripts.build_languages

frequencies: setup ## count anew how common the anchors of stories are in the sample news
	@$(BIN)/python -m scripts.build_frequencies

parsed: setup ## after a change of a table, of a command, or of config.yaml: what starting up would else work out anew (crawler/data/parsed)
	@$(BIN)/python -m scripts.build_parsed

places: setup ## (districts.json: scripts/build_districts.py; longer_names.json: scripts/build_longer_names.py) rebuild crawler/data/places.json, towns.json, world_places.json and regions from CLDR (Debian's unicode-cldr-core), GeoNames and scripts/place_spellings.yaml, and alerts/locale/places.json from them
	@$(BIN)/python -m scripts.build_han_forms
	@$(BIN)/python scripts/build_places.py
	@$(BIN)/python scripts/build_place_names.py
	@$(BIN)/python -m scripts.build_world

lock: setup ## resolve the dependencies anew
	@$(BIN)/python -m pip install --quiet pip-tools
	@$(PIP_COMPILE) pyproject.toml -o requirements/runtime.txt
	@$(PIP_COMPILE) --constraint requirements/runtime.txt --extra postgresql --extra chat --extra archive --extra calendar --extra tracing --extra oidc --extra mcp --extra openai --extra xlsx --extra pdf pyproject.toml -o requirements/server.txt
	@cd requirements && ../$(PIP_COMPILE) dev.in -o dev.txt && ../$(PIP_COMPILE) build.in -o build.txt && ../$(PIP_COMPILE) bench.in -o bench.txt

dependencies: setup ## measure what each dependency costs, for docs/project/dependencies.md (a minute)
	@$(BIN)/python -m scripts.build_dependencies

audit: setup ## hold the locked versions against known advisories (needs the internet)
	@$(BIN)/python -m pip install --quiet pip-audit
	@$(BIN)/pip-audit --disable-pip --require-hashes -r requirements/server.txt && $(BIN)/pip-audit --disable-pip --require-hashes -r requirements/dev.txt

clean: ## remove the environment, the caches and the demo's output
	@rm -rf $(VENV) demo demo-parties build dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache
