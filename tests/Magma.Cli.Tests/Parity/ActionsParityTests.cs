using Magma.Cli.Parity;
using Magma.Testing;

namespace Magma.Cli.Tests.Parity;

public sealed class ActionsParityTests
{
    [Fact]
    public void Codec_statistics_grippers_and_rotations_are_equal()
    {
        List<ParityVerdict> verdicts = [.. ActionsParity.Run(Repository.Golden("actions"))];

        Assert.True(verdicts.Count > 700);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome == ParityOutcome.Different);
    }

    [Fact]
    public void A_changed_value_is_told()
    {
        using var folder = new TemporaryFolder();
        string text = File.ReadAllText(Repository.Golden("actions", "cases.json"));
        File.WriteAllText(folder["cases.json"], text.Replace("-0.9921568627450981", "-0.9921468627450981", StringComparison.Ordinal));

        Assert.Contains(ActionsParity.Run(folder.Path), verdict => verdict.Outcome == ParityOutcome.Different);
    }
}
