namespace Magma.Vision.Tests;

public class HomographyTests
{
    private static readonly Homography Known = new([0.9, 0.05, 12, -0.04, 1.1, -7, 1e-4, -2e-4, 1]);

    [Fact]
    public void Ransac_recovers_a_known_matrix_among_outliers()
    {
        var random = new Random(3);
        PixelPoint[] from = Points(random, 200), to = new PixelPoint[200];
        Known.Apply(from, to);
        for (int i = 0; i < 60; i++)
            to[i] = new(to[i].X + 20 + random.NextDouble() * 100, to[i].Y - 30);

        HomographyFit fit = Homography.Find(from, to, threshold: 4)!;

        AssertSame(Known, fit.Homography, 0.01);
        Assert.All(fit.Inliers[..60], Assert.False);
        Assert.All(fit.Inliers[60..], Assert.True);
    }

    [Fact]
    public void The_same_points_give_the_same_matrix_to_the_last_bit()
    {
        var random = new Random(5);
        PixelPoint[] from = Points(random, 100), to = [.. Points(random, 40), .. from[40..]];

        HomographyFit first = Homography.Find(from, to)!, second = Homography.Find(from, to)!;

        Assert.True(first.Homography.Matrix.SequenceEqual(second.Homography.Matrix));
        Assert.Equal(first.Inliers, second.Inliers);
    }

    [Fact]
    public void Least_squares_recovers_a_known_matrix_from_four_points_and_from_many()
    {
        PixelPoint[] from = Points(new Random(1), 50), to = new PixelPoint[50];
        Known.Apply(from, to);

        AssertSame(Known, Homography.FindLeastSquares(from, to)!, 0.01);
        AssertSame(Known, Homography.FindLeastSquares([new(0, 0), new(300, 0), new(0, 200), new(300, 200)],
            [Known.Apply(new(0, 0)), Known.Apply(new(300, 0)), Known.Apply(new(0, 200)), Known.Apply(new(300, 200))])!, 0.01);
    }

    [Fact]
    public void Points_on_one_line_admit_no_matrix()
    {
        PixelPoint[] line = [.. Enumerable.Range(0, 20).Select(i => new PixelPoint(i * 5, i * 3))];

        Assert.Null(Homography.Find(line, line));
    }

    [Fact]
    public void Too_few_or_unequal_points_are_refused_with_their_numbers()
    {
        PixelPoint[] three = [new(0, 0), new(1, 0), new(0, 1)];

        Assert.Contains("3", Assert.Throws<ArgumentException>(() => Homography.Find(three, three)).Message);
        Assert.Throws<ArgumentException>(() => Homography.FindLeastSquares([.. three, new(5, 5)], three));
        Assert.Throws<ArgumentException>(() => new Homography([1, 2, 3]));
    }

    private static PixelPoint[] Points(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new PixelPoint(random.NextDouble() * 320, random.NextDouble() * 240))];

    private static void AssertSame(Homography expected, Homography actual, double tolerance)
    {
        foreach (PixelPoint point in Points(new Random(9), 20))
            Assert.InRange(actual.Apply(point).DistanceTo(expected.Apply(point)), 0, tolerance);
    }
}
