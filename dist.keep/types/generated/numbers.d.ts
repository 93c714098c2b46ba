/** Numbers that bundles hold, written by wasm/numbers.c from the lists in src/bundle when the project is built. */
/** src/bundle/format.h */
export declare const SECTION: {
    readonly policy: 1;
    readonly ids: 2;
    readonly popularity: 3;
    readonly postings: 4;
    readonly tower: 5;
    readonly space: 6;
    readonly base: 7;
    readonly attribute: 8;
    readonly layer: 9;
    readonly record: 10;
    readonly program: 11;
    readonly trees: 12;
    readonly features: 13;
    readonly ranker: 14;
    readonly rules: 15;
    readonly terms: 16;
    readonly campaign: 17;
    readonly golden: 18;
    readonly binding: 19;
    readonly numbers: 20;
    readonly places: 21;
    readonly withdrawn: 22;
    readonly rows: 23;
    readonly repeats: 24;
};
/** Kinds of sections that a reader may skip. */
export declare const OPTIONAL_SECTIONS: readonly number[];
/** With which part of the file each is written. */
export declare const SECTION_STAGE: {
    readonly policy: 'policy';
    readonly ids: 'ids';
    readonly popularity: 'popularity';
    readonly postings: 'sources';
    readonly tower: 'vectors';
    readonly space: 'vectors';
    readonly base: 'vectors';
    readonly attribute: 'filters';
    readonly layer: 'layers';
    readonly record: 'record';
    readonly program: 'sources';
    readonly trees: 'ranker';
    readonly features: 'features';
    readonly ranker: 'ranker';
    readonly rules: 'rules';
    readonly terms: 'search';
    readonly campaign: 'campaign';
    readonly golden: 'golden';
    readonly binding: 'sources';
    readonly numbers: 'sources';
    readonly places: 'places';
    readonly withdrawn: 'rules';
    readonly rows: 'vectors';
    readonly repeats: 'sources';
};
/** src/bundle/attributes.h */
export declare const ATTRIBUTE: {
    readonly category: 1;
    readonly number32: 2;
    readonly number64: 3;
    readonly text: 4;
    readonly many: 5;
    readonly day: 6;
    readonly moment: 7;
};
/** src/bundle/postings.h */
export declare const KEY: {
    readonly item: 0;
    readonly value: 1;
    readonly one: 2;
    readonly term: 3;
    readonly cluster: 4;
};
/** src/bundle/policy.h */
export declare const SOURCE: {
    readonly postings: 0;
    readonly vectors: 1;
    readonly popularity: 2;
    readonly campaign: 3;
    readonly clusters: 4;
    readonly repeats: 5;
};
/** src/bundle/policy.h */
export declare const ROLE: {
    readonly everybody: 0;
    readonly alike: 1;
    readonly next: 2;
    readonly together: 3;
    readonly again: 4;
};
/** src/bundle/policy.h */
export declare const FUSION: {
    readonly scores: 0;
    readonly ranks: 1;
};
/** src/bundle/vectors.h */
export declare const METRIC: {
    readonly ip: 0;
    readonly cosine: 1;
    readonly l2: 2;
};
/** src/bundle/tower.h */
export declare const TOWER: {
    readonly pooled: 1;
    readonly als: 2;
    readonly program: 3;
};
/** src/bundle/ranker.h */
export declare const RANKER: {
    readonly trees: 1;
    readonly program: 2;
};
/** src/bundle/features.h */
export declare const FEATURE: {
    readonly number: 1;
    readonly code: 2;
    readonly has: 3;
    readonly value_count: 4;
    readonly popularity: 5;
    readonly place: 6;
    readonly age: 7;
    readonly score: 8;
    readonly relative: 9;
    readonly rank: 10;
    readonly fused_score: 11;
    readonly fused_rank: 12;
    readonly sources: 13;
    readonly share: 14;
    readonly faded_share: 15;
    readonly count: 16;
    readonly worth: 17;
    readonly events_ago: 18;
    readonly seconds_ago: 19;
    readonly difference: 20;
    readonly distance: 21;
    readonly faded_difference: 22;
    readonly nearest: 23;
    readonly mean: 24;
    readonly query: 25;
    readonly length: 26;
    readonly liked: 27;
    readonly gap: 28;
    readonly average: 29;
    readonly hour: 30;
    readonly weekday: 31;
    readonly field: 32;
    readonly field_is: 33;
    readonly product: 34;
    readonly less: 35;
    readonly ratio: 36;
    readonly hash: 37;
};
/** src/bundle/features.h */
export declare const AGE_UNIT: {
    readonly seconds: 0;
    readonly milliseconds: 1;
    readonly days: 2;
    readonly years: 3;
};
/** src/bundle/rules.h */
export declare const RULE: {
    readonly require: 1;
    readonly deny: 2;
    readonly allow: 3;
    readonly frequency: 4;
    readonly cap: 5;
    readonly unique: 6;
    readonly near: 7;
    readonly pin: 8;
    readonly quota: 9;
    readonly line: 10;
    readonly boost: 11;
    readonly fresh: 12;
    readonly calibrate: 13;
    readonly epsilon: 14;
    readonly thompson: 15;
    readonly mmr: 16;
    readonly dpp: 17;
};
/** src/bundle/rules.h */
export declare const RECORD: {
    readonly condition: 32;
    readonly drop: 48;
    readonly pattern: 49;
    readonly seed: 50;
    readonly strength: 51;
};
/** src/bundle/rules.h */
export declare const CONDITION: {
    readonly values: 1;
    readonly range: 2;
    readonly items: 3;
    readonly source: 4;
};
/** src/bundle/rules.h */
export declare const CONDITION_FLAG: {
    readonly not: 1;
    readonly open_low: 2;
    readonly open_high: 4;
};
/** src/bundle/ops.h */
export declare const OP: {
    readonly copy: 0;
    readonly unary: 1;
    readonly binary: 2;
    readonly where: 3;
    readonly matmul: 4;
    readonly reduce: 5;
    readonly softmax: 6;
    readonly norm: 7;
    readonly gather: 8;
    readonly cumsum: 9;
    readonly topk: 10;
    readonly gru: 11;
    readonly lstm: 12;
    readonly whole: 13;
};
/** src/bundle/ops.h */
export declare const UNARY: {
    readonly none: 0;
    readonly affine: 1;
    readonly clip: 2;
    readonly abs: 3;
    readonly square: 4;
    readonly sqrt: 5;
    readonly reciprocal: 6;
    readonly exp: 7;
    readonly log: 8;
    readonly relu: 9;
    readonly leaky: 10;
    readonly elu: 11;
    readonly selu: 12;
    readonly gelu: 13;
    readonly gelu_tanh: 14;
    readonly erf: 15;
    readonly sigmoid: 16;
    readonly silu: 17;
    readonly hardsigmoid: 18;
    readonly hardswish: 19;
    readonly tanh: 20;
    readonly softplus: 21;
    readonly softsign: 22;
    readonly floor: 23;
    readonly ceil: 24;
    readonly round: 25;
    readonly trunc: 26;
    readonly sign: 27;
    readonly not: 28;
    readonly bool: 29;
    readonly isnan: 30;
    readonly sin: 31;
    readonly cos: 32;
};
/** src/bundle/ops.h */
export declare const BINARY: {
    readonly add: 0;
    readonly sub: 1;
    readonly mul: 2;
    readonly div: 3;
    readonly min: 4;
    readonly max: 5;
    readonly pow: 6;
    readonly div_trunc: 7;
    readonly mod: 8;
    readonly fmod: 9;
    readonly equal: 10;
    readonly less: 11;
    readonly less_equal: 12;
    readonly and: 13;
    readonly or: 14;
    readonly xor: 15;
    readonly prelu: 16;
};
/** src/bundle/ops.h */
export declare const WHOLE: {
    readonly add: 0;
    readonly sub: 1;
    readonly mul: 2;
    readonly div: 3;
    readonly mod: 4;
    readonly fmod: 5;
    readonly min: 6;
    readonly max: 7;
    readonly equal: 8;
    readonly less: 9;
    readonly less_equal: 10;
};
/** src/bundle/ops.h */
export declare const REDUCE: {
    readonly sum: 0;
    readonly mean: 1;
    readonly max: 2;
    readonly min: 3;
    readonly prod: 4;
    readonly l1: 5;
    readonly l2: 6;
    readonly squares: 7;
    readonly logsumexp: 8;
};
/** src/bundle/program.h */
export declare const TYPE: {
    readonly float32: 0;
    readonly float16: 1;
    readonly int8: 2;
};
/** src/bundle/program.h */
export declare const ELEMENT: {
    readonly float: 0;
    readonly int: 1;
    readonly bool: 2;
};
/** src/bundle/binding.h */
export declare const FEED: {
    readonly constant: 0;
    readonly history: 1;
    readonly worths: 2;
    readonly types: 3;
    readonly times: 4;
    readonly ages: 5;
    readonly length: 6;
    readonly table: 7;
    readonly context: 8;
    readonly candidate: 9;
    readonly candidateTable: 10;
    readonly features: 11;
};
/** src/bundle/binding.h */
export declare const SIDE: {
    readonly left: 0;
    readonly right: 1;
    readonly newest: 2;
};
/** src/bundle/binding.h */
export declare const PART: {
    readonly number: 0;
    readonly whole: 1;
    readonly rest: 2;
};
/** src/bundle/trees.h */
export declare const LINK: {
    readonly identity: 0;
    readonly sigmoid: 1;
    readonly exp: 2;
    readonly softmax: 3;
    readonly argmax: 4;
    readonly log1pExp: 5;
    readonly square: 6;
    readonly step: 7;
};
/** src/base/status.h */
export declare const MESSAGE_BYTES = 256;
/** src/bundle/format.h */
export declare const HEADER_BYTES = 64;
export declare const NAME_BYTES = 24;
/** src/bundle/strings.h */
export declare const STRING_BYTES = 4096;
export declare const NOT_FOUND = 4294967295;
/** src/bundle/attributes.h */
export declare const MAX_ATTRIBUTES = 64;
export declare const ATTRIBUTE_NAME = 120;
/** src/bundle/policy.h */
export declare const LENGTHS = 4;
export declare const MAX_SOURCES = 16;
export declare const MAX_EVENTS = 64;
export declare const MAX_QUOTA = 1000;
export declare const POLICY_HEAD = 64;
export declare const SOURCE_BYTES = 64;
export declare const EVENT_BYTES = 64;
export declare const EVENT_NAME_BYTES = 56;
/** src/bundle/popularity.h */
export declare const POPULARITY_TABLE = 1024;
/** src/bundle/repeats.h */
export declare const REPEATS_BYTES = 2;
/** src/bundle/terms.h */
export declare const TITLE_LONG = 15;
export declare const PLACE_BITS = 4;
export declare const PLACE_LATE = 14;
export declare const PLACE_NONE = 15;
/** src/bundle/campaign.h */
export declare const CAMPAIGN_HEAD = 8;
export declare const CAMPAIGN_ENTRY = 24;
/** src/bundle/vectors.h */
export declare const DIM_MIN = 4;
export declare const DIM_MAX = 4096;
export declare const PADDED_MAX = 4160;
export declare const FLOAT_BITS = 32;
/** src/bundle/tower.h */
export declare const TOWER_HEAD = 64;
/** src/bundle/features.h */
export declare const MAX_FEATURES = 256;
export declare const MAX_FIELDS = 32;
export declare const MAX_BUCKETS = 16777216;
export declare const FEATURE_EVENTS = 16;
/** src/bundle/ranker.h */
export declare const MAX_RANKED = 2000;
export declare const RANKER_HEAD = 64;
export declare const RANKER_WEIGHT = 16;
/** src/bundle/rules.h */
export declare const MAX_RULES = 64;
export declare const MAX_POSITION = 1000;
export declare const MAX_POOL = 500;
export declare const PATTERN = 32;
export declare const RECORD_BYTES = 48;
/** src/bundle/program.h */
export declare const PROGRAM_HEAD = 64;
export declare const PROGRAM_ROWS = 1024;
export declare const NO_VIEW = 4294967295;
export declare const NO_ROWS = 255;
/** src/bundle/binding.h */
export declare const MOST_FIELD = 8589934592;
/** src/martello.h */
export declare const MAX_K = 1000;
export declare const BECAUSE = 3;
export declare const REASONS = 5;
