namespace Magma.Vision.Tests;

public class PointPatchesTests
{
    [Fact]
    public void A_guess_is_moved_to_where_the_patch_came_from()
    {
        using Image before = Pictures.Waves(160, 120), after = Pictures.Waves(160, 120, 1.4, -0.7);
        using ImagePyramid from = ImagePyramid.FromImage(before), to = ImagePyramid.FromImage(after);
        PixelPoint[] points = [new(50, 40), new(80.25, 60.5), new(110, 75)];

        PatchFits fits = PointPatches.Fit(from, to, points, [.. points.Select(p => new PixelPoint(p.X + 1, p.Y))], steps: 10);

        for (int i = 0; i < points.Length; i++)
        {
            Assert.InRange(fits.Places[i].DistanceTo(new(points[i].X + 1.4, points[i].Y - 0.7)), 0, 0.15);
            Assert.InRange(fits.Differences[i], 0, 3);
        }
    }

    [Fact]
    public void Patches_differ_by_what_is_seen_and_not_by_how_bright_it_is()
    {
        var gray = new byte[40 * 30];
        new Random(1).NextBytes(gray);
        byte[] dim = [.. gray.Select(value => (byte)(value / 2))];
        using ImagePyramid bright = ImagePyramid.FromGray(new(40, 30), [.. dim.Select(value => (byte)(value + 90))]);
        using ImagePyramid dark = ImagePyramid.FromGray(new(40, 30), dim);
        PixelPoint[] points = [new(10.5, 10.5), new(20.25, 15.75)];
        PointPatches ofBright = new(2), ofDark = new(2), elsewhere = new(2);
        ofBright.Read(bright, points);
        ofDark.Read(dark, points);
        elsewhere.Read(dark, [.. points.Select(p => new PixelPoint(p.X + 5, p.Y))]);

        Assert.All(ofBright.DifferencesTo(ofDark), difference => Assert.InRange(difference, 0, 1e-3));
        Assert.All(ofBright.DifferencesTo(elsewhere), difference => Assert.True(difference > 100));
        // The middle of a pixel needs no neighbours.
        double[] pixels = [.. Enumerable.Range(0, 49).Select(i => (double)dim[40 * (7 + i / 7) + 7 + i % 7])];
        double variance = pixels.Average(value => value * value) - Math.Pow(pixels.Average(), 2);
        Assert.Equal(variance, ofDark.Structure[0], 0.01 * variance);
    }

    [Fact]
    public void Beyond_the_picture_its_edge_goes_on_however_far_a_point_lies()
    {
        var gray = new byte[12 * 9];
        new Random(2).NextBytes(gray);
        using ImagePyramid picture = ImagePyramid.FromGray(new(12, 9), gray);
        var patches = new PointPatches(4);
        patches.Read(picture, [new(-1e9, 4), new(1e9, 1e9), new(-100, -100), new(6, 1e30)]);

        Assert.Equal(0, patches.Structure[1], 1e-6);
        Assert.Equal(0, patches.Structure[2], 1e-6);
        Assert.All(patches.Structure.ToArray(), structure => Assert.True(float.IsFinite(structure)));
        Assert.Throws<ArgumentException>(() => patches.Read(picture, [new(1, 1)]));
        Assert.Throws<ArgumentException>(() => PointPatches.Fit(picture, picture, [new(1, 1)], []));
    }
}
