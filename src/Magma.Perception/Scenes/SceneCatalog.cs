using Magma.Vision;

namespace Magma.Perception.Scenes;

/// <summary>
/// The scenes that trackers and camera models are measured on: each makes one thing hard. Things that move do so by 3 to 9 pixels per frame
/// against the world, so that what moves is beyond doubt.
/// </summary>
public static class SceneCatalog
{
    /// <summary>Frames of a window.</summary>
    public const int Frames = 16;

    private const double Focal = 480;

    private static readonly PixelSize Size = new(512, 384);
    private static readonly PixelPoint Middle = new(256, 192);

    /// <summary>All scenes.</summary>
    /// <param name="photos">Real pictures to use as surfaces in further scenes; may be none.</param>
    public static IReadOnlyList<Scene> All(IReadOnlyList<Image> photos)
    {
        ArgumentNullException.ThrowIfNull(photos);
        List<Scene> scenes =
        [
            Planar("still camera", 1, _ => Projective.Identity),
            Planar("pan", 2, t => Projective.Shift(-4.3 * t, 1.2 * t)),
            Planar("fast pan", 3, t => Projective.Shift(11.5 * t, -3 * t)),
            Planar("zoom and roll", 4, t => Projective.Turn(Middle, 0.012 * t, 1 + 0.012 * t)),
            Planar("handheld", 5, Shake),
            Planar("turning camera", 6, t => Projective.Look(Size, Focal, 0.011 * t, -0.005 * t, 0.004 * t)),
            Planar("tilted plane", 7, Tilted),
            Planar("large foreground", 8, t => Projective.Shift(-3.1 * t, 0.8 * t), Large),
            Planar("occlusion", 9, t => Projective.Shift(2.4 * t, 0.5 * t), Occluded),
            Planar("blur", 10, t => Projective.Shift(-6.2 * t, 1.7 * t)) with { Exposure = 0.6 },
            Planar("noise", 11, Shake) with { Noise = 9, Brightening = 1.012 },
            Planar("weak texture", 12, t => Projective.Shift(-3.3 * t, -1.4 * t), contrast: 9),
            Parallax(13),
        ];
        for (int i = 0; i < photos.Count; i++)
        {
            int number = i;
            SceneTexture photo = SceneTexture.Photo(photos[i], Size.Width * 1.5);
            Func<double, Projective>[] cameras = [Shake, Tilted, t => Projective.Look(Size, Focal, -0.009 * t, 0.006 * t, -0.005 * t)];
            scenes.Add(World($"photo {i + 1}", photo, cameras[i % cameras.Length], Things(20 + number, cameras[i % cameras.Length])));
        }

        return scenes;
    }

    private static Scene Planar(
        string name, int seed, Func<double, Projective> camera, Func<int, Func<double, Projective>, IEnumerable<SceneLayer>>? things = null,
        double contrast = 40) =>
        World(name, SceneTexture.Noise(seed, contrast), camera, (things ?? Things)(seed, camera));

    private static Scene World(string name, SceneTexture background, Func<double, Projective> camera, IEnumerable<SceneLayer> things) =>
        new(name, Size, [new SceneLayer(background, t => camera(t) * Projective.Shift(-120, -90), null, Moves: false), .. things], camera);

    // Two things that move over the world in different directions; one of them turns.
    private static IEnumerable<SceneLayer> Things(int seed, Func<double, Projective> camera)
    {
        yield return Thing(seed, camera, new PixelBox(90, 120, 200, 230), t => Projective.Shift(4.5 * t, 2.2 * t), isRound: false);
        yield return Thing(
            seed + 100, camera, new PixelBox(300, 90, 420, 210),
            t => Projective.Shift(-3.2 * t, 3.8 * t) * Projective.Turn(new PixelPoint(360, 150), 0.01 * t, 1), isRound: true);
    }

    // Nearly half of the picture moves.
    private static IEnumerable<SceneLayer> Large(int seed, Func<double, Projective> camera)
    {
        yield return Thing(seed, camera, new PixelBox(110, 40, 400, 350), t => Projective.Shift(5.5 * t, 1.1 * t), isRound: false);
    }

    // A thing passes behind a pillar that stands still.
    private static IEnumerable<SceneLayer> Occluded(int seed, Func<double, Projective> camera)
    {
        yield return Thing(seed, camera, new PixelBox(70, 120, 190, 260), t => Projective.Shift(8 * t, 0.6 * t), isRound: false);
        yield return Thing(seed + 100, camera, new PixelBox(330, 60, 430, 160), t => Projective.Shift(-6 * t, 5 * t), isRound: true);
        yield return new SceneLayer(
            SceneTexture.Noise(seed + 200), camera, new SceneShape(new PixelBox(230, -200, 280, 800), IsRound: false), Moves: false);
    }

    private static SceneLayer Thing(
        int seed, Func<double, Projective> camera, PixelBox box, Func<double, Projective> motion, bool isRound) =>
        new(SceneTexture.Noise(seed + 1000), t => camera(t) * motion(t), new SceneShape(box, isRound), Moves: true);

    // Surfaces at three depths: the nearer, the faster they pass. No homography describes all.
    private static Scene Parallax(int seed)
    {
        Projective Far(double t) => Projective.Shift(-2 * t, 0.4 * t);
        Projective Middle(double t) => Projective.Shift(-3.1 * t, 0.6 * t);
        Projective Near(double t) => Projective.Shift(-4.6 * t, 0.9 * t);
        return new Scene(
            "parallax", Size,
            [
                new SceneLayer(SceneTexture.Noise(seed), Far, null, Moves: false),
                new SceneLayer(SceneTexture.Noise(seed + 1), Middle, new SceneShape(new PixelBox(-400, 190, 1200, 800), false),
                    Moves: false),
                new SceneLayer(SceneTexture.Noise(seed + 2), Near, new SceneShape(new PixelBox(-400, 300, 1200, 800), false), Moves: false),
                Thing(seed + 3, Far, new PixelBox(120, 60, 230, 160), t => Projective.Shift(7 * t, 1.5 * t), isRound: false),
            ],
            Camera: null);
    }

    private static Projective Shake(double t) =>
        Projective.Shift(-2.6 * t + 4 * Math.Sin(0.9 * t), 1.5 * t + 3 * Math.Sin(1.3 * t + 1) - 3 * Math.Sin(1))
        * Projective.Turn(Middle, 0.012 * Math.Sin(0.8 * t), 1 + 0.006 * Math.Sin(0.5 * t));

    // A camera that drives along a wall standing at an angle: K (R + t nᵀ / d) K⁻¹.
    private static Projective Tilted(double t)
    {
        double[] normal = [0.35, 0.1, 0.93];
        double[] step = [-0.011 * t, 0.003 * t, 0.006 * t];
        var move = new double[9];
        for (int i = 0; i < 9; i++) move[i] = (i % 4 == 0 ? 1 : 0) + step[i / 3] * normal[i % 3];
        var camera = new Projective([Focal, 0, Middle.X, 0, Focal, Middle.Y, 0, 0, 1]);
        return camera * new Projective(move) * camera.Inverse();
    }
}
