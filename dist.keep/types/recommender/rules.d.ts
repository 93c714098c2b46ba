import type { Core } from './core.js';
import { type Filter } from './filter.js';
/** Items that a rule is about: all that is said must hold. */
export interface ItemMatch {
    /** As the filter of a request. */
    where?: Filter;
    /** One of these. */
    ids?: readonly string[];
}
/** The same of candidates, who were brought by someone. */
export interface Match extends ItemMatch {
    /** Items that this source brought. */
    source?: string;
}
/**
 * Rules of a slate: `policy` of a request, and `rules` of a policy file. Hard ones are never broken: require, deny, allow,
 * frequency, caps, unique, nearDuplicates. The others bend where they have to.
 */
export interface Rules {
    /** Only items for which this holds. */
    require?: Filter;
    /**
     * No items that one of these is about.
     * @minProperties 1
     */
    deny?: readonly ItemMatch[];
    /**
     * Only items that one of these is about.
     * @minProperties 1
     */
    allow?: readonly ItemMatch[];
    /** No item that was shown so often, as the request's `impressions` tell; with an attribute: whose value was. */
    frequency?: readonly {
        /** @integer @minimum 1 @maximum 255 */
        most: number;
        attribute?: string;
    }[];
    /** At most so many with the same value of the attribute, or of the items that the cap is about, in any window. */
    caps?: readonly (Match & {
        attribute?: string;
        /** @integer @minimum 0 @maximum 1000 */
        most: number;
        /**
         * Slots next to each other; 0, the default: the slate.
         * @integer @minimum 0 @maximum 1000
         */
        window?: number;
    })[];
    /** Attributes of which no value comes twice. */
    unique?: readonly string[];
    /** No two items whose vectors (default: of the first space) have a cosine of `similarity` or more. */
    nearDuplicates?: {
        /** @minimum -1 @maximum 1 */
        similarity: number;
        space?: string;
    };
    /** The item stands there, from 1, if no hard rule keeps it out. */
    pins?: readonly {
        id: string;
        /** @integer @minimum 1 @maximum 1000 */
        position: number;
    }[];
    /** At least so many of the slate, or such a share of it. */
    quotas?: readonly (Match & {
        /** @integer @minimum 0 @maximum 1000 */
        least?: number;
        /** @minimum 0 @maximum 1 */
        share?: number;
    })[];
    /** Relevance (1: the best candidate, 0: the last) is multiplied by `factor` (default 1), then `add` (default 0) is added. */
    boosts?: readonly (Match & {
        /** @minimum 0 @maximum 1000000 */
        factor?: number;
        /** @minimum -1000000 @maximum 1000000 */
        add?: number;
    })[];
    /**
     * Relevance halves with every `halfLife` seconds of age, by a date or a number attribute. What has no date counts as one
     * half-life old.
     */
    freshness?: {
        attribute: string;
        /** @minimum 0.001 @maximum 1e12 */
        halfLife: number;
        /** Of the attribute: Unix time, or calendar years. Default seconds. */
        unit?: keyof typeof UNITS;
    };
    /** How much the mix of the attribute's values should be that of the history. */
    calibration?: {
        attribute: string;
        /** @minimum 0 @maximum 1 */
        strength: number;
    };
    /**
     * epsilon: this share of slots goes to a random candidate. thompson: this share of relevance is a click rate drawn from
     * what is known: number attributes, both or none, and the request's `clicks` and `impressions`. Seeded.
     * @dependencies { clicks: ['impressions'], impressions: ['clicks'] }
     */
    exploration?: {
        method?: 'epsilon' | 'thompson';
        /** @minimum 0 @maximum 1 */
        share: number;
        /** A number attribute. */
        clicks?: string;
        /** A number attribute. */
        impressions?: string;
    };
    /**
     * 0: by relevance alone, to 1: by difference alone. Likeness is that of vectors (default: of the first space), or with an
     * `attribute` of shared values. A number keeps the rest as the bundle has it.
     * @minimum 0 @maximum 1
     */
    diversity?: number | {
        /** @minimum 0 @maximum 1 */
        strength: number;
        method?: 'mmr' | 'dpp';
        space?: string;
        attribute?: string;
        /**
         * Among how many candidates. Default 500, the most.
         * @integer @minimum 1 @maximum 500
         */
        pool?: number;
    };
    /**
     * Which line each slot is for, a letter each; it repeats.
     * @minLength 1 @maxLength 32
     */
    pattern?: string;
    /** By letter of the pattern: what the line takes. A line without conditions takes what is in no other line. */
    lines?: Readonly<Record<string, Match>>;
    /**
     * Of exploration. Default 1.
     * @integer @minimum 0 @maximum 4294967295
     */
    seed?: number;
}
/** Rules of a request: what stands under a key takes the place of what the bundle says under it; null switches it off. */
export type RequestRules = {
    readonly [Rule in keyof Rules]: Rules[Rule] | null;
};
/** The keys that rules may have. */
export declare const RULE_KEYS: string[];
/** Seconds of each, and when they begin: a year attribute holds calendar years. */
declare const UNITS: {
    readonly seconds: readonly [1, 0];
    readonly milliseconds: readonly [0.001, 0];
    readonly days: readonly [86400, 0];
    readonly years: readonly [31556952, number];
};
/**
 * The records of `rules`; `path` names them in messages. To be called after mt_begin: a diversity that is a number changes
 * what the bundle says.
 */
export declare function compileRules(core: Core, rules: RequestRules, path: string, strict?: boolean): Uint8Array;
/** The names of the present request's rules, by their number: `caps[1]`, or `freshness`. */
export declare function ruleNames(core: Core): string[];
export {};
