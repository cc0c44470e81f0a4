/** What the widget tells the edge about the page it stands on: a hint for retrieval, never identity. */

export interface PageHint {
  readonly url: string;
  readonly title: string;
}

/** Address and title of this page; query and fragment stay here, since they may hold secrets. */
export function currentPage(): PageHint {
  return { url: location.origin + location.pathname, title: document.title.slice(0, 200) };
}
