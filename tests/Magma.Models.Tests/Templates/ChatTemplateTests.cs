using System.Text.Json;
using Magma.Models.Templates;

namespace Magma.Models.Tests.Templates;

public sealed class ChatTemplateTests
{
    [Fact]
    public void A_conversation_is_rendered_with_the_answers_header()
    {
        ChatTemplate template = ChatTemplate.Parse("{% for m in messages %}[{{ m.role }}]{{ m.content | trim }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}");

        string text = template.Render([("user", " hi ")], addGenerationPrompt: true, new Dictionary<string, string?>());

        Assert.Equal("[user]hi[assistant]", text);
    }

    [Theory]
    [InlineData("{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{{ 'a' * 999999999 }}", "too long")]
    [InlineData("{{ [0] * 999999999 }}", "too long")]
    [InlineData("{{ range(999999999) }}", "Range too big")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "deep")]
    [InlineData("{% set ns = namespace(a='xxxxxxxxxxxxxxxx') %}{% for i in range(99) %}{% set ns.a = ns.a + ns.a %}{% endfor %}", "longer than")]
    [InlineData("{% set ns = namespace(a=[]) %}{% for i in range(9999) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a }}", "deep")]
    [InlineData("{% set ns = namespace(a=[]) %}{% for i in range(9999) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a == ns.a[0] }}", "deep")]
    [InlineData("{% set ns = namespace(a=[]) %}{% for i in range(9999) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a | tojson }}", "deep")]
    [InlineData("{{ '{:99999999}'.format(1) }}", "width")]
    [InlineData("{{ '%99999999d' % 1 }}", "width")]
    [InlineData("{{ 2 ** 9999999999 }}", "64 bits")]
    public void A_template_that_would_not_end_or_fill_memory_is_stopped(string source, string cause)
    {
        using JsonDocument context = JsonDocument.Parse("{}");

        var problem = Assert.Throws<TemplateException>(() => ChatTemplate.Parse(source).Render(context.RootElement, default));

        Assert.Contains(cause, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ 1", " + 1", " }}")]
    [InlineData("{{ 'a'", " | trim", " }}")]
    [InlineData("{% filter trim", " | trim", " %}a{% endfilter %}")]
    [InlineData("{{ 1", " if 1", " }}")]
    public void A_chain_of_100000_operators_is_stopped(string start, string unit, string end)
    {
        using JsonDocument context = JsonDocument.Parse("{}");
        string source = start + string.Concat(Enumerable.Repeat(unit, 100_000)) + end;

        Assert.Throws<TemplateException>(() => ChatTemplate.Parse(source).Render(context.RootElement, default));
    }

    [Theory]
    [InlineData("((((((((", 20_000)]
    [InlineData("[", 200_000)]
    [InlineData("-", 200_000)]
    [InlineData("{% if x %}", 10_000)]
    public void Deep_nesting_is_a_syntax_error_and_no_stack_overflow(string unit, int count)
    {
        string source = string.Concat(Enumerable.Repeat(unit, count));
        if (!unit.StartsWith('{')) source = "{{ " + source;

        var problem = Assert.Throws<TemplateException>(() => ChatTemplate.Parse(source));

        Assert.Equal(TemplateErrorKind.Syntax, problem.Kind);
    }
}
