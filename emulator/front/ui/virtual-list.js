/* A list of any length: only the rows in view, and some around them, are on the page. All rows have the same height. */

import { html, useEffect, useLayoutEffect, useRef, useState } from "./vendor/preact.js";

const AROUND = 12; // rows that are drawn above and below those in view

/**
 * Draws `count` rows, `rowHeight` pixels each: `row(index)` returns what a row shows, with a key of its own.
 * `seen(first, last)` is called when other rows come into view; `selected` is the index of a row to bring into view once.
 * What has been scrolled to stays in view when rows are added before the first.
 */
export function VirtualList({ count, rowHeight, row, seen = null, selected = -1, label, id }) {
  const box = useRef(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useLayoutEffect(() => {
    const measure = () => setView({ top: box.current.scrollTop, height: box.current.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const keyAt = (index) => (index >= 0 && index < count ? row(index).key : null);
  const selectedKey = keyAt(selected);
  const before = useRef({ count: 0, head: null });
  useLayoutEffect(() => {
    const added = count - before.current.count;
    if (added > 0 && box.current.scrollTop > 0 && keyAt(added) === before.current.head) box.current.scrollTop += added * rowHeight;
    before.current = { count, head: keyAt(0) };
  });
  const first = Math.max(0, Math.floor(view.top / rowHeight) - AROUND);
  const last = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + AROUND);
  useEffect(() => { seen?.(first, last); }, [first, last, count]);
  useLayoutEffect(() => {
    if (selectedKey === null) return;
    const { scrollTop, clientHeight } = box.current;
    const top = selected * rowHeight;
    if (top < scrollTop) box.current.scrollTop = top;
    else if (top + rowHeight > scrollTop + clientHeight) box.current.scrollTop = top + rowHeight - clientHeight;
  }, [selectedKey]);
  const rows = [];
  for (let index = first; index < last; index += 1) rows.push(row(index));
  return html`
    <div class="virtual" id=${id} ref=${box} onScroll=${({ currentTarget }) => setView({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })}>
      <div role="list" aria-label=${label} style=${{ height: `${count * rowHeight}px` }}>
        <div style=${{ transform: `translateY(${first * rowHeight}px)` }} role="presentation">${rows}</div>
      </div>
    </div>`;
}
