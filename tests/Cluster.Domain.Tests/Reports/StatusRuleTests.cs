using Cluster.Domain.Reports;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Reports;

public sealed class StatusRuleTests
{
    [Theory]
    [InlineData(1, 5, 1, 6, true)]
    [InlineData(1, 5, 1, 5, false)]
    [InlineData(1, 5, 1, 4, false)]
    [InlineData(1, 5, 2, 1, true)]
    [InlineData(1, 5, 2, 0, true)]
    [InlineData(2, 0, 2, 1, true)]
    [InlineData(2, 0, 2, 0, false)]
    [InlineData(2, 0, 1, 99, false)]
    [InlineData(0, 0, 1, 1, true)]
    [InlineData(1, 5, 1, -1, false)]
    [InlineData(2, 5, 1, 5, false)]
    [InlineData(2, 5, 1, 6, false)]
    [InlineData(1, 5, 3, 5, true)]
    public void Only_a_later_status_replaces_the_stored_one(
        int generation, long sequence, int reportedGeneration, long reportedSequence, bool replaces) =>
        StatusRule.Replaces(new StatusPosition(generation, sequence), new StatusPosition(reportedGeneration, reportedSequence))
            .ShouldBe(replaces);
}
