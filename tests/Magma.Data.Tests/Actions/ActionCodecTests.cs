
namespace Magma.Data.Tests.Actions;

public sealed class ActionCodecTests
{
    private static readonly ActionCodec Codec = new();

    [Theory]
    [InlineData(-1, 127999, -0.9960784)]
    [InlineData(-0.5, 127936, -0.5019608)]
    [InlineData(0, 127872, 0)]
    [InlineData(0.5, 127808, 0.5019608)]
    [InlineData(0.999, 127745, 0.9960784)]
    [InlineData(7, 127744, 0.9960784)]
    public void Known_values_have_their_tokens(double value, int id, double decoded)
    {
        Assert.Equal(id, Codec.Encode(value));
        Assert.Equal(decoded, Codec.Decode(id), 7);
    }

    [Fact]
    public void Every_token_but_the_first_is_what_its_value_encodes_to()
    {
        for (int id = Codec.FirstId + 1; id <= Codec.LastId; id++) Assert.Equal(id, Codec.Encode(Codec.Decode(id)));
    }

    [Fact]
    public void Not_a_number_is_refused() => Assert.Throws<ArgumentException>(() => Codec.Encode(double.NaN));

    [Fact]
    public void An_id_that_is_no_action_token_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => Codec.Decode(128009));
        Assert.Throws<InvalidDataException>(() => Codec.Decode([127744, 127745]));
    }

    [Fact]
    public void Unnormalizing_undoes_normalizing_inside_the_quantiles()
    {
        ActionStatistics statistics = ActionStatistics.BridgeOrig;
        float[] action = [.. statistics.Q01.Zip(statistics.Q99, (low, high) => (float)((0.3 * low) + (0.7 * high)))];

        double[] again = statistics.Unnormalize([.. statistics.Normalize(action).Select(value => (double)value)]);

        for (int dimension = 0; dimension < action.Length; dimension++) Assert.Equal(action[dimension], again[dimension], 1e-6);
    }
}
