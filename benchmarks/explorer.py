"""How soon a slider of the application answers, in a real browser without a screen.

The command `jiuzhu explorer` is started as a user would, and its page driven in the machine's own
chromium. Each move is timed in the page: from the slider's event to the new numbers in the
document, and from there to the next frame drawn. Then a drag of many steps without a pause: how
many answers to older values still appear after the last.
"""

import json
import shutil
import signal
import statistics
import subprocess
import sys
import time
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
SIZES = (30_000, 300_000)
PATH = "dibao.standard.rural"
MOVES, STEPS = 21, 20
FIRST_MOVE, STEP = 565, 7
"""Yuan of the first move and between moves; no value comes twice, so none is remembered."""

TIMED = """async ([path, kind, values]) => {
    const slider = byPath.get(path).slider, view = box("answer"), moves = [];
    const frame = () => new Promise((done) => requestAnimationFrame(() => {
        const after = new MessageChannel();  // the frame is drawn before the next message
        after.port1.onmessage = () => done(performance.now());
        after.port2.postMessage(0);
    }));
    for (const value of values) {
        const changed = new Promise((done) => {
            const watch = new MutationObserver(() => done(performance.now()));
            watch.observe(view, { childList: true, subtree: true });
        });
        slider.value = value;
        const start = performance.now();
        slider.dispatchEvent(new Event(kind, { bubbles: true }));
        const numbers = await changed, drawn = await frame();
        moves.push([numbers - start, drawn - numbers]);
        while (running || next) await frame();
    }
    return moves;
}"""

DRAGGED = """async ([path, values]) => {
    const slider = byPath.get(path).slider, view = box("answer");
    let shown = 0, late = 0;
    const watch = new MutationObserver(() => { shown += 1; });
    watch.observe(view, { childList: true, subtree: true });
    const frame = () => new Promise(requestAnimationFrame);
    for (const value of values) {
        slider.value = value;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await frame();
    }
    const during = shown, start = performance.now();
    slider.dispatchEvent(new Event("change", { bubbles: true }));
    while (running || next) await frame();
    await frame();
    return { during, stale: shown - during - 1, settled: performance.now() - start,
             last: byPath.get(path).box.value };
}"""


def measure_explorer(households: int) -> dict[str, Any] | None:
    """Seconds until the page is ready, of each kind of move (median, p95), and of a drag; None
    without chromium or playwright."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if program is None:
        return None
    words = ["explorer", "--no-browser", "--json", "--port", "0", "--households", str(households)]
    running = subprocess.Popen(
        [sys.executable, "-m", "jiuzhu_sim", *words], stdout=subprocess.PIPE, text=True
    )
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            assert running.stdout is not None
            address = json.loads(running.stdout.readline())["address"]
            start = time.perf_counter()
            page.goto(address)
            page.wait_for_selector("#stages li")
            first = time.perf_counter() - start
            page.wait_for_selector("#view-answer", timeout=120_000)
            ready = time.perf_counter() - start
            time.sleep(1)
            # Once to warm up: the first answer makes the sample of those that follow.
            page.evaluate(TIMED, [PATH, "change", [600]])
            page.evaluate(TIMED, [PATH, "input", [601]])
            result = {"first": first, "ready": ready}
            for kind in ("input", "change"):
                offset = 0 if kind == "input" else 3
                values = [FIRST_MOVE + offset + STEP * move for move in range(MOVES)]
                result[kind] = _told(page.evaluate(TIMED, [PATH, kind, values]))
            values = [560 + step for step in range(1, STEPS + 1)]
            result["drag"] = page.evaluate(DRAGGED, [PATH, values])
            browser.close()
            return result
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)


def _told(moves: list[list[float]]) -> dict[str, dict[str, float]]:
    """Median and 95th percentile, in seconds, of both parts and of the whole."""
    parts = {
        "numbers": [numbers for numbers, _ in moves],
        "redraw": [redraw for _, redraw in moves],
        "whole": [sum(move) for move in moves],
    }
    return {
        name: {
            "median": statistics.median(times) / 1000,
            "p95": sorted(times)[round(0.95 * (len(times) - 1))] / 1000,
        }
        for name, times in parts.items()
    }


if __name__ == "__main__":
    for size in SIZES:
        print(size, json.dumps(measure_explorer(size)), flush=True)
