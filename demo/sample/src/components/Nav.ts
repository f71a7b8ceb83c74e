import { escapeHtml } from './html.ts';

const LINKS = [{ href: '/', title: 'Home' }];

/** The navigation bar; the current page is marked. */
export const Nav = (current: string): string => {
  const items = LINKS.map(({ href, title }) => {
    const here = href === current ? ' aria-current="page"' : '';
    return `<li><a href="${escapeHtml(href)}"${here}>${escapeHtml(title)}</a></li>`;
  });
  return `<nav><ul>${items.join('')}</ul></nav>`;
};
