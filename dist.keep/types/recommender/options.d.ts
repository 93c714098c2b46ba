/** Which residual layers are fetched: none of them; all, unless the browser is asked to save data; all. */
export type Layers = 'base' | 'auto' | 'all';
/** How a bundle is opened. */
export interface OpenOptions {
    /** Told of bytes as they arrive, until all that is asked for has. */
    onProgress?: (loaded: number, total: number) => void;
    /** The largest bundle that will be opened. Default 512 MB. */
    maxBytes?: number;
    /** Compare sections with their checksums. Default true. */
    verify?: boolean;
    /**
     * 'all': the residual layers too, which make vectors precise. 'base': what comes before them in the file, without which
     * nothing is left out but precision; `load('all')` fetches them later. Default 'auto': all, unless the browser says that
     * the person saves data.
     */
    layers?: Layers;
}
/** Asked before anything is opened that would have to be closed again. */
export declare function checkOptions(options: OpenOptions): void;
/** Whether residual layers are asked for. */
export declare function wantsLayers(where: string, layers: Layers): boolean;
