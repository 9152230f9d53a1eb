const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

/** An ancestor of the focused control, and the place of the control among what can be focused in it. */
interface Place {
  readonly ancestor: Element;
  readonly index: number;
}

/**
 * Keeps the keyboard's place on the page. When the focused control is removed or disabled, browsers move the focus to the
 * document, and the next Tab begins at the top; this moves it to what took the control's place, or to the new view.
 * Controls with `data-own-focus` move the focus themselves, and a user who has clicked elsewhere has left the control.
 * Returns a function that stops it.
 */
export function keepFocus(root: Element): () => void {
  let focused: Element | undefined;
  let places: readonly Place[] = [];
  const onFocus = ({ target }: Event) => {
    if (!(target instanceof Element) || !root.contains(target)) return;
    focused = target;
    places = placesOf(target, root);
  };
  const onChange = () => {
    const lost = focused && (!focused.isConnected || focused.matches(':disabled'));
    const { activeElement } = document;
    if (!lost || (activeElement !== document.body && activeElement !== focused)) return;
    const control = focused;
    focused = undefined;
    if (control?.hasAttribute('data-own-focus')) return;
    const place = places.find(({ ancestor }) => ancestor.isConnected && ancestor.querySelector(FOCUSABLE));
    const view = root.querySelector<HTMLElement>('main');
    const next = place && place.ancestor !== root ? nextIn(place) : view;
    if (next === view) view?.setAttribute('tabindex', '-1');
    next?.focus({ preventScroll: next === view });
  };
  const onClick = () => {
    if (document.activeElement === document.body) focused = undefined;
  };
  const observer = new MutationObserver(onChange);
  observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] });
  root.addEventListener('focusin', onFocus);
  // Before a handler of the page can remove the control that was clicked, and after the focus has moved.
  document.addEventListener('click', onClick, { capture: true });
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', onFocus);
    document.removeEventListener('click', onClick, { capture: true });
  };
}

/** The ancestors of a control up to `root`, the nearest first. */
function placesOf(control: Element, root: Element): Place[] {
  const places: Place[] = [];
  for (let at = control; at !== root && at.parentElement; at = at.parentElement) {
    const ancestor = at.parentElement;
    places.push({ ancestor, index: [...ancestor.querySelectorAll(FOCUSABLE)].indexOf(control) });
  }
  return places;
}

function nextIn({ ancestor, index }: Place): HTMLElement | undefined {
  const candidates = [...ancestor.querySelectorAll<HTMLElement>(FOCUSABLE)];
  return candidates[Math.min(Math.max(0, index), candidates.length - 1)];
}
