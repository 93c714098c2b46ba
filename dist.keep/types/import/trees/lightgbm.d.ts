import { type Forest, type TreeOptions } from './trees.js';
export declare function isLightgbmText(text: string): boolean;
export declare function isLightgbmJson(json: unknown): json is LightgbmDump;
interface LightgbmDump {
    version?: string;
    num_class: number;
    num_tree_per_iteration: number;
    max_feature_idx: number;
    objective?: string;
    average_output?: boolean;
    feature_names: string[];
    feature_infos?: Record<string, {
        values?: number[];
    }>;
    tree_info: {
        num_leaves: number;
        tree_structure: DumpNode;
    }[];
    pandas_categorical?: unknown;
}
interface DumpNode {
    split_feature?: number;
    threshold?: number | string;
    decision_type?: string;
    default_left?: boolean;
    missing_type?: string;
    internal_count?: number;
    left_child?: DumpNode;
    right_child?: DumpNode;
    leaf_value?: number;
    leaf_count?: number;
    leaf_coeff?: unknown;
    leaf_const?: unknown;
}
export declare function readLightgbmText(file: string, text: string, options: TreeOptions): Forest;
export declare function readLightgbmJson(file: string, dump: LightgbmDump, options: TreeOptions): Forest;
export {};
