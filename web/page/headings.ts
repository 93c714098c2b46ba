/** What stands above lists of pages, in the page's language where we know it: the element and the builder both ask here. */
const HEADINGS: Record<string, [related: string, personal: string]> = {
  en: ['Related pages', 'Picked for you'],
  ar: ['صفحات ذات صلة', 'مختارة لك'],
  de: ['Verwandte Seiten', 'Für Sie ausgewählt'],
  es: ['Páginas relacionadas', 'Elegidas para ti'],
  fr: ['Pages similaires', 'Choisies pour vous'],
  it: ['Pagine correlate', 'Scelte per te'],
  ja: ['関連ページ', 'おすすめ'],
  ko: ['관련 페이지', '추천 페이지'],
  nl: ['Verwante pagina’s', 'Voor u gekozen'],
  pl: ['Powiązane strony', 'Wybrane dla ciebie'],
  pt: ['Páginas relacionadas', 'Escolhidas para você'],
  ru: ['Похожие страницы', 'Подобрано для вас'],
  th: ['หน้าที่เกี่ยวข้อง', 'แนะนำสำหรับคุณ'],
  zh: ['相关页面', '为你推荐'],
}

/** `language`: as `lang` says it, en-GB or en; another one's are English. */
export function headingsOf(language: string): { related: string; personal: string } {
  const [related, personal] = HEADINGS[language.toLowerCase().split('-')[0]!] ?? HEADINGS['en']!
  return { related, personal }
}
