using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Settings;

/// <summary>Rules that have one owner: of labels, durations and descriptions.</summary>
public sealed class SharedRulesTests
{
    [Theory]
    [InlineData("site", 255, true)]
    [InlineData("site", 256, false)]
    [InlineData("example.org/team-1_a", 1, true)]
    [InlineData("two words", 1, false)]
    [InlineData("", 1, false)]
    public void A_label_of_a_certificate_is_taken_by_the_rule_of_all_labels(string key, int length, bool taken)
    {
        var labels = new Dictionary<string, string> { [key] = new('x', length) };

        LabelRules.Check(labels).Any().ShouldBe(!taken);
        Check(Kinds.Certificates, $$$"""{"version":1,"labels":{"{{{key}}}":"{{{labels[key]}}}"}}""").Any().ShouldBe(!taken);
    }

    [Fact]
    public void The_pointer_of_a_label_is_escaped() =>
        LabelRules.Check(new Dictionary<string, string> { ["a/b"] = "line\nbreak" }).Single().Pointer.ShouldBe("/labels/a~1b");

    [Theory]
    [InlineData("10s", null)]
    [InlineData("24h", null)]
    [InlineData("9s", "range")]
    [InlineData("25h", "range")]
    [InlineData("soon", "duration")]
    [InlineData("", "duration")]
    public void A_duration_is_read_within_its_bounds(string text, string? code)
    {
        var errors = new List<FieldError>();

        var read = DurationRules.Read(text, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24), "/x", errors);

        errors.SingleOrDefault()?.Code.ShouldBe(code);
        (read is null).ShouldBe(code is not null);
        if (code == "range") errors[0].Detail.ShouldBe("The duration must be between 10s and 1d.");
    }

    [Fact]
    public void A_description_of_a_group_has_the_length_of_all_descriptions()
    {
        Check(Kinds.Groups, $$"""{"description":"{{new string('x', TextLimits.Description)}}"}""").ShouldBeEmpty();
        Check(Kinds.Groups, $$"""{"description":"{{new string('x', TextLimits.Description + 1)}}"}""").Single().Code.ShouldBe("length");
    }

    private static IReadOnlyList<FieldError> Check(string kind, string json) =>
        KindRegistry.Get(kind).Check(Make.Json(json), new RuleContext("thing", Make.Now)).Errors;
}
