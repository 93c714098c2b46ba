/** What a model's numbering of items, and its golden pairs, need to know. */
import type { Embeddings } from '../../read/index.js';
import type { Catalogue } from '../catalogue.js';
export interface ModelScope {
    catalogue: Catalogue;
    embeddings: Embeddings | null;
    /** Of TowerConfig. */
    config: {
        numbers?: 'ids' | 'rows';
        offset?: number;
        golden?: string;
    };
    seed: number;
}
