import { type Forest, type TreeOptions } from './trees.js';
type Numbers = ArrayLike<number | boolean>;
interface XgboostTree {
    left_children: Numbers;
    right_children: Numbers;
    split_conditions: Numbers;
    split_indices: Numbers;
    default_left: Numbers;
    sum_hessian?: Numbers;
    split_type?: Numbers;
    categories?: Numbers;
    categories_nodes?: Numbers;
    categories_segments?: Numbers;
    categories_sizes?: Numbers;
    tree_param?: {
        size_leaf_vector?: string | number;
    };
}
interface GbtreeModel {
    trees: XgboostTree[];
    tree_info: Numbers;
    gbtree_model_param?: {
        num_parallel_tree?: string | number;
    };
    iteration_indptr?: Numbers;
    weight_drop?: Numbers;
    cats?: {
        enc?: unknown;
    };
}
interface Booster {
    name?: string;
    model?: GbtreeModel;
    gbtree?: Booster;
    weight_drop?: Numbers;
}
export interface XgboostModel {
    version?: number[];
    learner: {
        attributes?: Record<string, unknown>;
        feature_names?: string[];
        feature_types?: string[];
        gradient_booster: Booster;
        learner_model_param: Record<string, unknown>;
        objective: {
            name: string;
        };
    };
}
export declare function isXgboost(json: unknown): json is XgboostModel;
export declare function readXgboost(file: string, model: XgboostModel, options: TreeOptions): Forest;
export {};
