/** Answers as the API gives them: items by id with what the bundle knows of them, and how they were found. */
import type { Core } from './core.js';
import type { Answer, AttributeValue, SearchTrace } from './request.js';
import { type Slate } from './slate.js';
/** The answer to a request, of whose history `unknown` ids are not in the bundle. */
export declare function recommended(core: Core, slate: Slate, explain: boolean, unknown: number): Answer;
/** What a search for `words` found. */
export declare function found(core: Core, slate: Slate & {
    unmatched: number;
}, explain: boolean, words: string[], unknown: number): Answer<SearchTrace>;
/** The attributes of an item that are known. */
export declare function attributesOf(core: Core, item: number): Record<string, AttributeValue>;
