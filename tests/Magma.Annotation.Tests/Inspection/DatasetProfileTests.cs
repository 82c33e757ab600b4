using Magma.Annotation.Inspection;

namespace Magma.Annotation.Tests.Inspection;

public sealed class DatasetProfileTests
{
    [Fact]
    public void Samples_marks_and_kinds_are_counted()
    {
        var profile = new DatasetProfile();
        for (int i = 0; i < 4; i++) profile.Add(Labelled.SampleOf(i, Labelled.Elements(i)));
        Assert.Equal((4L, 0L), (profile.Samples, profile.Unreadable));
        Assert.Equal((36L, 9L), (profile.MarkSide.Count, profile.MarksPerSample.Quantile(0.5)));
        Assert.Equal(30, profile.MarkSide.Quantile(1));
        Assert.Equal(36, profile.Categories["kind of mark"]["button"]);
        Assert.Equal(4, profile.Categories["picture format"]["png"]);
        Assert.Equal((480L, 320L), (profile.ImageWidth.Quantile(1), profile.ImageHeight.Quantile(0)));
    }

    [Fact]
    public void Bins_cover_every_number_once_and_have_round_widths()
    {
        var random = new Random(3);
        var numbers = new Distribution();
        for (int i = 0; i < 1_000; i++) numbers.Add(random.Next(7, 9_000));
        IReadOnlyList<(long First, long Last, long Count)> bins = numbers.Bins(12);
        Assert.InRange(bins.Count, 5, 12);
        Assert.Equal(1_000, bins.Sum(bin => bin.Count));
        Assert.All(bins, bin => Assert.Equal(1_000, bin.Last - bin.First + 1));
        Assert.Equal([(3L, 3L, 2L), (4L, 4L, 0L), (5L, 5L, 1L)], Of(3, 5, 3).Bins(12));
    }

    [Fact]
    public void Quantiles_are_numbers_that_came()
    {
        Assert.Equal((1L, 2L, 100L), (Of(100, 1, 2).Quantile(0), Of(100, 1, 2).Quantile(0.5), Of(100, 1, 2).Quantile(1)));
        Assert.Equal(0, new Distribution().Quantile(0.5));
    }

    private static Distribution Of(params long[] numbers)
    {
        var distribution = new Distribution();
        foreach (long number in numbers) distribution.Add(number);
        return distribution;
    }
}
