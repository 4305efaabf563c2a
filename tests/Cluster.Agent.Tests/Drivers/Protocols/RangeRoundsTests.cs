using Cluster.Agent.Drivers.Protocols;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Protocols;

/// <summary>How often a server is asked before its answer counts.</summary>
public sealed class RangeRoundsTests
{
    [Fact]
    public async Task One_right_answer_is_not_enough_and_a_wrong_one_is_asked_again()
    {
        (await LookAsync(null, null)).ShouldBe((null, 2));
        (await LookAsync(null, "old process", null, null)).ShouldBe((null, 4));
        (await LookAsync("old process", null, "old process", null, null)).ShouldBe((null, 5));
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task What_stays_wrong_for_a_while_is_told()
    {
        var begun = TimeProvider.System.GetTimestamp();
        var (problem, asked) = await LookAsync([.. Enumerable.Repeat("wrong", 100)]);
        problem.ShouldBe("wrong");
        asked.ShouldBeInRange(5, 99);
        TimeProvider.System.GetElapsedTime(begun).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
    }

    private static async Task<(string? Problem, int Asked)> LookAsync(params string?[] answers)
    {
        var asked = 0;
        var problem = await RangeRounds.LookAsync(
            () => Task.FromResult(answers[asked++]), TimeProvider.System, TestContext.Current.CancellationToken);
        return (problem, asked);
    }
}
