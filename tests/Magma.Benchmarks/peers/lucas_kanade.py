#!/usr/bin/python3
"""The point tracking of tracking.py over frames in memory, from Python's OpenCV: the peer of `bench traces`.

Reads requests from standard input until it ends: a line of JSON (width, height, frames, rounds, threads, points: [[x, y], ...] in pixels, the corner of
the first pixel at 0, 0), then the frames as RGB bytes. Answers each with a line of JSON: positions (frame, point, x y), visible (frame,
point) and the seconds of the fastest round. A point goes on even when the way back disagrees.
"""
import json
import sys
import time

import cv2
import numpy as np

settings = dict(winSize=(21, 21), maxLevel=3, criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 0.01))


def follow(frames, points):
    positions, visible = [points], [np.ones(len(points), bool)]
    previous = cv2.cvtColor(frames[0], cv2.COLOR_RGB2GRAY)
    for frame in frames[1:]:
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        there, ok1, _ = cv2.calcOpticalFlowPyrLK(previous, grey, points, None, **settings)
        back, ok2, _ = cv2.calcOpticalFlowPyrLK(grey, previous, there, None, **settings)
        visible.append((ok1[:, 0] == 1) & (ok2[:, 0] == 1) & (np.linalg.norm(back - points, axis=2)[:, 0] < 1.0))
        positions.append(there)
        points, previous = there, grey
    return positions, visible


while line := sys.stdin.buffer.readline():
    asked = json.loads(line)
    cv2.setNumThreads(asked["threads"])
    shape = asked["frames"], asked["height"], asked["width"], 3
    frames = np.frombuffer(sys.stdin.buffer.read(int(np.prod(shape))), np.uint8).reshape(shape)
    # OpenCV has the middle of the first pixel at 0, 0.
    points = np.array(asked["points"], np.float32)[:, None] - 0.5
    seconds = float("inf")
    for _ in range(asked["rounds"]):
        t = time.perf_counter()
        positions, visible = follow(frames, points)
        seconds = min(seconds, time.perf_counter() - t)
    print(json.dumps({"seconds": seconds, "positions": (np.array(positions) + 0.5).ravel().tolist(), "visible": np.array(visible).ravel().tolist(),
                      "name": f"python cv2 {cv2.__version__}"}), flush=True)
