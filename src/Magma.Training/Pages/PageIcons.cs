namespace Magma.Training.Pages;

/// <summary>Signs of our own drawing, as paths on a square of 24.</summary>
internal static class PageIcons
{
    /// <summary>The paths; drawn as outlines, or filled where a page's theme says so.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        "M4 6h16M4 12h16M4 18h16", "M12 5v14M5 12h14", "M6 6l12 12M18 6L6 18", "M9 5l7 7-7 7", "M15 5l-7 7 7 7", "M5 9l7 7 7-7",
        "M10 4a6 6 0 1 0 .01 0M14.5 14.5L20 20", "M3 11l9-8 9 8v10h-6v-6H9v6H3z", "M12 3a4.5 4.5 0 1 0 .01 0M4 21c0-5 4-8 8-8s8 3 8 8z",
        "M5 7h14l-1 14H6zM9 7V4h6v3M3 7h18", "M4 20l1-5L16 4l4 4L9 19z", "M3 5h18v14H3zM3 6l9 7 9-7", "M12 3v12M6 10l6 6 6-6M4 20h16",
        "M12 16V4M6 9l6-6 6 6M4 20h16", "M12 4a8 8 0 1 0 .01 0M12 8v5l4 2", "M5 12l5 5 9-11", "M6 17V10a6 6 0 0 1 12 0v7zM4 17h16M10 20h4",
        "M12 3l3 6 6 1-4.500 4.500 1 6.500L12 18l-5.500 3 1-6.500L3 10l6-1z", "M12 21C5 15 3 12 3 8.500 3 4 9 3 12 7c3-4 9-3 9 1.500 0 3.500-2 6.500-9 12.500z",
        "M3 7h7l2 2h9v11H3z", "M6 3h9l4 4v14H6zM15 3v4h4M9 12h6M9 16h6", "M4 20V10M10 20V4M16 20v-7M21 20H3", "M8 5v14l11-7z", "M7 5v14M17 5v14",
        "M12 5a1.500 1.500 0 1 0 .01 0M12 11a1.500 1.500 0 1 0 .01 0M12 17a1.500 1.500 0 1 0 .01 0",
        "M5 11a1.500 1.500 0 1 0 .01 0M12 11a1.500 1.500 0 1 0 .01 0M19 11a1.500 1.500 0 1 0 .01 0", "M18 4a3 3 0 1 0 .01 0M6 9a3 3 0 1 0 .01 0M18 14a3 3 0 1 0 .01 0M8 11l7-4M8 13l7 4",
        "M12 8a4 4 0 1 0 .01 0M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2", "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
        "M12 21s7-7 7-12a7 7 0 0 0-14 0c0 5 7 12 7 12zM12 7a2 2 0 1 0 .01 0", "M3 8h4l2-3h6l2 3h4v12H3zM12 10a3.500 3.500 0 1 0 .01 0", "M6 11h12v10H6zM8 11V7a4 4 0 0 1 8 0v4",
    ];
}
