namespace Magma.Vision.Tests;

public class FlowTests
{
    [Theory]
    [InlineData(3, 0)]
    [InlineData(-2.5, 4.25)]
    [InlineData(11.5, -7.75)]
    public void Flow_finds_a_known_shift(double dx, double dy)
    {
        using Image before = Pictures.Waves(320, 240), after = Pictures.Waves(320, 240, dx, dy);
        using ImagePyramid from = ImagePyramid.FromImage(before), to = ImagePyramid.FromImage(after);
        PixelPoint[] points = [.. Grid(new(40, 40, 280, 200), 8)];

        FlowResult there = OpticalFlow.Track(from, to, points);
        FlowResult back = OpticalFlow.Track(to, from, there.Points);

        for (int i = 0; i < points.Length; i++)
        {
            Assert.True(there.Found[i]);
            Assert.InRange(there.Points[i].DistanceTo(new(points[i].X + dx, points[i].Y + dy)), 0, 0.1);
            Assert.InRange(back.Points[i].DistanceTo(points[i]), 0, 0.1);
            Assert.InRange(there.Errors[i], 0, 4);
        }
    }

    [Fact]
    public void A_guess_carries_flow_over_a_shift_that_is_otherwise_too_far()
    {
        using Image before = Pictures.Waves(320, 240), after = Pictures.Waves(320, 240, 60, 0);
        var options = new FlowOptions { Levels = 0 };
        using ImagePyramid from = ImagePyramid.FromImage(before, options), to = ImagePyramid.FromImage(after, options);
        PixelPoint[] points = [new(100, 100), new(150, 120)], guess = [new(158, 101), new(209, 119)];

        FlowResult without = OpticalFlow.Track(from, to, points);
        FlowResult with = OpticalFlow.Track(from, to, points, guess);

        Assert.True(without.Points[0].DistanceTo(new(160, 100)) > 10);
        Assert.InRange(with.Points[0].DistanceTo(new(160, 100)), 0, 0.1);
        Assert.InRange(with.Points[1].DistanceTo(new(210, 120)), 0, 0.1);
    }

    [Fact]
    public void A_picture_without_structure_loses_every_point()
    {
        using var plain = new Image(new(100, 80));
        using ImagePyramid pyramid = ImagePyramid.FromImage(plain);

        FlowResult result = OpticalFlow.Track(pyramid, pyramid, [new(50, 40)]);

        Assert.False(result.Found[0]);
        Assert.Equal(0, result.Errors[0]);
    }

    [Fact]
    public void Gray_pixels_and_colours_give_the_same_pyramid()
    {
        using Image before = Pictures.Waves(160, 120), after = Pictures.Waves(160, 120, 2, 1);
        PixelPoint[] points = [.. Grid(new(30, 30, 130, 90), 5)];
        FlowResult colour, gray;
        using (ImagePyramid from = ImagePyramid.FromImage(before), to = ImagePyramid.FromImage(after))
            colour = OpticalFlow.Track(from, to, points);
        using (ImagePyramid from = ImagePyramid.FromGray(before.Size, ToGray(before)))
        using (ImagePyramid to = ImagePyramid.FromGray(after.Size, ToGray(after)))
            gray = OpticalFlow.Track(from, to, points);

        for (int i = 0; i < points.Length; i++)
            Assert.InRange(colour.Points[i].DistanceTo(gray.Points[i]), 0, 0.02);
    }

    [Fact]
    public void No_points_need_no_work_and_tiny_pictures_no_levels()
    {
        using Image tiny = Pictures.Waves(1, 1);
        using ImagePyramid pyramid = ImagePyramid.FromImage(tiny);

        Assert.Empty(OpticalFlow.Track(pyramid, pyramid, []).Points);
        Assert.Single(OpticalFlow.Track(pyramid, pyramid, [new(0.5, 0.5)]).Points);
    }

    [Fact]
    public void Pictures_of_two_sizes_and_settings_out_of_range_are_refused()
    {
        using Image a = Pictures.Waves(50, 40), b = Pictures.Waves(40, 50);
        using ImagePyramid first = ImagePyramid.FromImage(a), second = ImagePyramid.FromImage(b);

        Assert.Contains("50×40", Assert.Throws<ArgumentException>(() => OpticalFlow.Track(first, second, [new(1, 1)])).Message);
        Assert.Throws<ArgumentException>(() => OpticalFlow.Track(first, first, [new(1, 1)], [new(1, 1), new(2, 2)]));
        Assert.Throws<ArgumentException>(() => ImagePyramid.FromImage(a, new FlowOptions { Window = 1 }));
        Assert.Throws<ArgumentException>(() => ImagePyramid.FromGray(new(5, 5), new byte[24]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(21)]
    [InlineData(40)]
    public void Any_window_may_reach_over_the_edges_of_any_picture(int window)
    {
        foreach (var size in new PixelSize[] { new(1, 1), new(9, 200), new(64, 48) })
        {
            using Image picture = Pictures.Waves(size.Width, size.Height);
            using ImagePyramid pyramid = ImagePyramid.FromImage(picture, new FlowOptions { Window = window });
            PixelPoint[] points =
            [
                new(0, 0), new(size.Width, size.Height), new(-5, size.Height / 2.0), new(size.Width - 0.5, 0.5), new(1e30, -1e30),
                new(double.NaN, 3), new(-window, -window), new(size.Width + window, 0),
            ];

            FlowResult still = OpticalFlow.Track(pyramid, pyramid, points);

            Assert.False(still.Found[4] || still.Found[5]);
            for (int i = 0; i < points.Length; i++)
            {
                if (still.Found[i])
                    Assert.InRange(still.Points[i].DistanceTo(points[i]), 0, 0.01);
            }
        }
    }

    [Fact]
    public void Good_features_are_the_corners_of_a_box()
    {
        using var image = new Image(new(100, 80));
        image.FillRectangle(new(30, 20, 70, 60), Color.White);

        PixelPoint[] corners = OpticalFlow.GoodFeatures(image, 10, quality: 0.1);

        Assert.Equal(4, corners.Length);
        foreach (var (x, y) in new[] { (30, 20), (70, 20), (30, 60), (70, 60) })
            Assert.Contains(corners, corner => corner.DistanceTo(new(x, y)) < 1.5);
    }

    private static IEnumerable<PixelPoint> Grid(PixelBox box, int side) =>
        from row in Enumerable.Range(0, side)
        from column in Enumerable.Range(0, side)
        select new PixelPoint(box.X1 + box.Width * column / (side - 1), box.Y1 + box.Height * row / (side - 1));

    private static byte[] ToGray(Image image)
    {
        var gray = new byte[image.Size.Area];
        for (int i = 0; i < gray.Length; i++)
        {
            ReadOnlySpan<byte> p = image.Pixels.Slice(i * Image.Channels, Image.Channels);
            gray[i] = (byte)Math.Round(0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]);
        }
        return gray;
    }
}
