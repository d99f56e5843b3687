/* Shared state: a store holds an object, and whatever shows it is drawn again when a part of it is replaced. */

import { Component, h, useEffect, useReducer } from "./vendor/preact.js";

/** Returns a store: `get()` its object, `set(change)` some of its fields, `subscribe(listener)` returns how to stop. */
export function createStore(value) {
  const listeners = new Set();
  return {
    get: () => value,
    set(change) {
      if (Object.keys(change).every((name) => Object.is(change[name], value[name]))) return;
      value = { ...value, ...change };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Returns what a store holds, and draws the component again when that changes. */
export function useStore(store) {
  const [, redraw] = useReducer((count) => count + 1, 0);
  const value = store.get();
  useEffect(() => {
    if (store.get() !== value) redraw(); // it has changed since it was drawn, and before anybody listened
    return store.subscribe(redraw);
  }, [store]);
  return value;
}

/** Returns a component that is drawn again only if one of its properties has changed. */
export function memo(Drawn) {
  return class extends Component {
    shouldComponentUpdate(next) {
      const names = new Set([...Object.keys(next), ...Object.keys(this.props)]);
      return [...names].some((name) => !Object.is(next[name], this.props[name]));
    }

    render(properties) {
      return h(Drawn, properties);
    }
  };
}

/** Stores a choice in the browser; without storage, it lasts as long as the page. */
export const remembered = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // The browser does not allow this page to store anything.
    }
  },
};
