using Cluster.Client.Problems;
using Cluster.Contracts.Problems;
using Shouldly;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>Refusals as tests expect them.</summary>
internal static class RefusalAssertions
{
    /// <summary>The problem that a request was answered with, if it has the code.</summary>
    public static async Task<ProblemShape> ShouldBeRefused(this Task request, string code)
    {
        var refused = await Should.ThrowAsync<ProblemException>(request);
        refused.Code.ShouldBe(code, refused.Message);
        return refused.Problem;
    }
}
