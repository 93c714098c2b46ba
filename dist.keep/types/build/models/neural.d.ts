import type { RankerConfig } from '../config.js';
import type { Learn } from '../../learn/learn.js';
import { type RankerPlan } from './ranker.js';
import type { ModelScope } from './scope.js';
import { type Tower } from './tower.js';
export interface NeuralScope extends ModelScope {
    config: RankerConfig;
    events: readonly string[];
    fields: readonly string[];
    features: readonly string[];
    /** of the program's sections */
    ordinal: number;
}
export declare function neuralSections(learn: Learn, ranker: Tower, scope: NeuralScope): Promise<RankerPlan>;
