/**
 * A shelf as an HTML element, for pages without a framework.
 *
 *     <martello-shelf src="/movies.martello" history="318,527" k="8">
 *       <template><li><b data-field="title"></b> <small data-field="year"></small></li></template>
 *     </martello-shelf>
 *
 *     import { defineShelf } from 'martello/element'
 *     defineShelf(RecommenderClient.open)         // or Recommender.open
 *
 * Each item is a copy of the template, in which every element with `data-field` gets the text of that attribute (or of `id`,
 * `score`, `because`); without a template it is a list entry with the title. Text is only ever inserted as text. Instead of
 * `src`, a page may set `recommender`, and instead of the attributes `request`. Attributes that change show a new shelf.
 * Events: `shelf`, whose detail is the answer, and `error`, whose detail is the Error.
 *
 * @module martello/element
 */
import type { Answer, RecommendedItem, Request } from '../recommender/request.js'
import type * as platform from '../recommender/platform.js'
import { arriving, whole, type Arriving } from './arriving.js'

export type { Answer }
/** What a shelf asks: a Recommender or a RecommenderClient. */
export interface Recommending extends Arriving {
  cancellable?: true
  /** As theirs. */
  recommend(request: Request & { signal?: platform.AbortSignal }): Answer | Promise<Answer>
}

const ITEM = 'data-item'

/** Defines the element. `open` opens what `src` names; elements whose `recommender` is set do without. */
export function defineShelf(open?: (src: string) => Promise<Recommending>, name = 'martello-shelf'): void {
  const opened = new Map<string, Promise<Recommending>>()

  class Shelf extends HTMLElement {
    static observedAttributes = ['src', 'history', 'exclude', 'k', 'filter', 'explain']
    private rec: Recommending | null = null
    private asked: Request | null = null
    private overtaken = new AbortController()

    set recommender(rec: Recommending | null) {
      this.rec = rec
      this.renew()
    }
    get recommender(): Recommending | null {
      return this.rec
    }
    set request(request: Request | null) {
      this.asked = request
      this.renew()
    }
    /** The property if it was set, else what the attributes say. */
    get request(): Request {
      if (this.asked !== null) return this.asked
      const list = (key: string) => this.getAttribute(key)?.split(',').filter(Boolean)
      const [k, filter] = [this.getAttribute('k'), this.getAttribute('filter')]
      return {
        history: list('history') ?? [],
        exclude: list('exclude') ?? [],
        explain: this.hasAttribute('explain'),
        ...(k && { k: Number(k) }),
        ...(filter && { filter: JSON.parse(filter) }),
      }
    }

    connectedCallback(): void {
      this.renew()
    }
    attributeChangedCallback(): void {
      this.renew()
    }

    /** Asks once for all changes that were made together; what a later change overtakes is not shown. */
    private async renew(): Promise<void> {
      this.overtaken.abort()
      const { signal } = (this.overtaken = new AbortController())
      await null
      if (signal.aborted || !this.isConnected) return
      try {
        const rec = this.rec ?? (await this.open())
        if (rec === null || signal.aborted) return
        if (arriving(rec)) whole(rec).then(() => (signal.aborted ? undefined : this.renew())) // with titles and the late sources
        const { request } = this
        const answer = await rec.recommend(rec.cancellable ? { ...request, signal } : request)
        if (!signal.aborted) this.show(answer)
      } catch (error) {
        if (!signal.aborted) this.dispatchEvent(new CustomEvent('error', { detail: error }))
      }
    }

    private open(): Promise<Recommending> | null {
      const src = this.getAttribute('src')
      if (src === null || open === undefined) return null
      if (!opened.has(src)) {
        const opening = open(src)
        opening.catch(() => opened.delete(src)) // the next change tries again
        opened.set(src, opening)
      }
      return opened.get(src)!
    }

    private show(answer: Answer): void {
      const template = this.querySelector('template')
      if (template === null && !this.hasAttribute('role')) this.setAttribute('role', 'list')
      for (const old of this.querySelectorAll(`[${ITEM}]`)) old.remove()
      for (const item of answer.items) {
        const copy = template ? (template.content.cloneNode(true) as DocumentFragment) : entry()
        for (const field of copy.querySelectorAll<HTMLElement>('[data-field]'))
          field.textContent = textOf(item, field.dataset.field!)
        for (const child of copy.children) child.setAttribute(ITEM, item.id)
        this.append(copy)
      }
      this.dispatchEvent(new CustomEvent('shelf', { detail: answer }))
    }
  }
  customElements.define(name, Shelf)
}

function entry(): DocumentFragment {
  const fragment = document.createDocumentFragment()
  const item = document.createElement('li')
  item.dataset.field = 'title'
  fragment.append(item)
  return fragment
}

function textOf(item: RecommendedItem, field: string): string {
  const value = item.attributes[field] ?? (field === 'title' ? item.id : item[field as 'id'])
  return Array.isArray(value) ? value.join(', ') : String(value ?? '')
}
