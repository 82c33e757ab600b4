using System.Globalization;
using Magma.Data;
using Magma.Perception;
using Magma.Perception.Scenes;
using Magma.Vision;

namespace Magma.Cli.Demo;

/// <summary>A rendered scene whose motion is known exactly: its true traces and those that the tracker finds, side by side.</summary>
internal static class SceneDemo
{
    private const string Handheld = "handheld";
    private const int GridSide = 15;
    private const int Gap = 8;

    private static readonly Color Moving = new(255, 120, 20);
    private static readonly Color Still = new(70, 160, 255);

    public static DemoSection Run(string folder)
    {
        Scene scene = SceneCatalog.All([]).First(scene => scene.Name == Handheld);
        Image[] frames = [.. Enumerable.Range(0, SceneCatalog.Frames).Select(scene.Render)];
        try
        {
            PixelPoint[] grid = PointGrid.Over(scene.Size, GridSide);
            Tracks truth = scene.Follow(frames.Length, grid), found = new LucasKanadeTracker().Track(frames, grid);
            TraceSettings settings = TraceSettings.Paper with { SeparatesBackground = true };
            int[] seen = found.SeenInMoreThanHalf();
            CameraMotion motion = CameraMotion.Remove(found.Select(seen), settings);
            float[] lengths = motion.Tracks.MeanStepLengths();
            bool[] moves = [.. grid.Select(scene.Moves)], said = new bool[grid.Length];
            for (int i = 0; i < seen.Length; i++) said[seen[i]] = lengths[i] > settings.ForegroundThreshold;

            using var sheet = new Image(new PixelSize((2 * scene.Size.Width) + Gap, scene.Size.Height));
            Paste(sheet, frames[0], truth, Enumerable.Range(0, grid.Length), moves, 0);
            Paste(sheet, frames[0], found, seen, said, scene.Size.Width + Gap);
            Directory.CreateDirectory(Path.Combine(folder, "scene"));
            sheet.Save(Path.Combine(folder, "scene", "traces.png"));

            TapVid measured = TapVid.Measure(found, truth, new int[grid.Length], strided: false);
            int right = seen.Count(track => moves[track] == said[track]);
            return new DemoSection(
                "A rendered scene shows true and found traces side by side",
                "Two things cross a textured plane under a camera held by hand. Left: where points of the first frame truly go in 16 frames. Right: where "
                + "the tracker finds them. Orange points move by themselves, blue ones only with the camera.",
                [
                    ("places found (δ at 256×256)", measured.PositionAccuracy.ToString("P1", CultureInfo.InvariantCulture)),
                    ("seen or hidden told right", measured.OcclusionAccuracy.ToString("P1", CultureInfo.InvariantCulture)),
                    ("moving or still told right", $"{right} of {seen.Length}"),
                ],
                [new DemoPicture("scene/traces.png", "True traces on the left, found ones on the right")],
                Link: null);
        }
        finally
        {
            foreach (Image frame in frames) frame.Dispose();
        }
    }

    private static void Paste(Image sheet, Image frame, Tracks tracks, IEnumerable<int> shown, bool[] moving, int left)
    {
        using Image picture = frame.Clone();
        foreach (int track in shown)
        {
            Color color = moving[track] ? Moving : Still;
            for (int step = 1; step < tracks.Steps && tracks.IsVisible(step, track); step++)
            {
                picture.DrawLine(Place(tracks, step - 1, track), Place(tracks, step, track), color, 2);
            }

            picture.DrawCircle(Place(tracks, 0, track), 2, color);
        }

        for (int row = 0; row < picture.Height; row++)
        {
            picture.Pixels.Slice(row * picture.Width * 3, picture.Width * 3).CopyTo(sheet.Pixels[(3 * ((row * sheet.Width) + left))..]);
        }
    }

    private static PixelPoint Place(Tracks tracks, int step, int track)
    {
        (float x, float y) = tracks[step, track];
        return new PixelPoint(x, y);
    }
}
