/**
 * Features: names that people write, and what the core computes under them (src/bundle/features.h). The names are the
 * columns of `martello features` and what a ranker's inputs are matched by, so they never change their meaning.
 *
 *   attribute.price           the item's number (a date's Unix seconds), or the number of its first value; attribute.genre=Drama: 1 or 0;
 *                             attribute.genre.count: how many values it has
 *   age.released              the request's clock less the item's date: days, or years of a column of years
 *   popularity, popularity.rank
 *   source.i2i.score          as the source gives it; .relative: scaled as for merging; .rank
 *   fused.score, fused.rank, sources (how many brought it)
 *   history.genre.share       of the history's worth that shares a value; .faded, .count, .worth, .events_ago, .seconds_ago
 *   history.price.difference  from the mean of what was liked; .distance, .faded_difference, .mean
 *   history.length, history.liked, history.gap (seconds)
 *   similarity.als.max5       to the nearest of the 5 newest liked events; .mean5, .query
 *   context.hour, context.country=de, clock.hour, clock.weekday (0 is Monday; both UTC)
 *   product(a,b), difference(a,b), ratio(a,b), cross(a,b) or cross(a,b,1024): a bucket for the pair
 */
import { type Interactions } from '../../read/index.js';
import type { Catalogue } from '../catalogue.js';
import type { Config } from '../config.js';
import { FEATURE } from '../../generated/numbers.js';
import type { Learn } from '../../learn/learn.js';
import type { SourcePlan } from './policy.js';
import { type Section } from './section.js';
type Kind = keyof typeof FEATURE;
interface Feature {
    name: string;
    kind: Kind;
    a?: number;
    b?: number;
    last?: number;
    value?: number;
}
export interface FeaturePlan {
    features: Feature[];
    /** Fields of the context; values of a category, sorted by bytes. */
    fields: {
        name: string;
        values: string[] | null;
    }[];
}
/**
 * The features that the config asks for; without a word of it, a list that suits most rankers. null: `false`.
 * Errors, each naming the feature: an unknown name, attribute, source, space or field, and more than 256.
 */
export declare function planFeatures(config: Config, catalogue: Pick<Catalogue, 'columns'>, sources: readonly SourcePlan[]): FeaturePlan | null;
/** The context fields of a config, those that are "category" with the values of the log's column of that name. */
export declare function withValues(context: NonNullable<Config['context']>, logs: Interactions['files']): Promise<NonNullable<Config['context']>>;
export declare function featuresSection(learn: Learn, plan: FeaturePlan): Section;
export {};
