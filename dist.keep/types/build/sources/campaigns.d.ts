/** From campaign lists to sources: each list is one, under its own name, and speaks in its own time. */
import { type Campaigns } from '../../read/index.js';
import type { Learn } from '../../learn/learn.js';
import type { Catalogue } from '../catalogue.js';
import { type Built } from './assemble.js';
/** Adds the lists to what is built; unknown items are left out and counted. */
export declare function campaignSources(learn: Learn, catalogue: Catalogue, campaigns: Campaigns, built: Built, say: (line: string) => void): void;
