using Cluster.Contracts.Failpoints;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>kill -9 of the agent at every step of applying; the matrix of steps and situations is the classes of this file.</summary>
public sealed class ApplyKillTests(ParametersChanged host) : IClassFixture<ParametersChanged>
{
    public static TheoryData<string> Steps =>
    [
        FailpointNames.AssignmentStored, FailpointNames.ApplyStaged, FailpointNames.ApplyJournaled, FailpointNames.ApplySwitched,
        FailpointNames.ApplyReloaded,
        FailpointNames.ApplyProven,
        FailpointNames.ApplyRecorded,
        FailpointNames.ApplyCompleting,
        FailpointNames.ApplyCompleted,
        MortalAgentHost.MainCfWritten,
    ];

    [Theory]
    [MemberData(nameof(Steps))]
    public Task Parameters_and_certificate_are_old_or_new(string step) => host.IsKilledAtAsync(step);
}

/// <summary>A change that fails on the service is undone; the agent is killed meanwhile.</summary>
public sealed class RestoreKillTests(ReloadWithoutEffect host) : IClassFixture<ReloadWithoutEffect>
{
    public static TheoryData<string> Steps => [FailpointNames.ApplyRestoring, FailpointNames.ApplyRestored];

    public static TheoryData<string> StepsBefore => [FailpointNames.ApplySwitched, FailpointNames.ApplyReloaded];

    [Theory]
    [MemberData(nameof(Steps))]
    public Task What_is_undone_is_old_or_new(string step) => host.IsKilledAtAsync(step);

    [Theory]
    [MemberData(nameof(StepsBefore))]
    [Trait("Category", "Full")]
    public Task What_would_have_been_undone_goes_on_when_the_cause_is_gone(string step) => host.IsKilledAtAsync(step);
}

/// <summary>The steps with PEM files only.</summary>
[Trait("Category", "Full")]
public sealed class PemOnlyKillTests(PemOnly host) : IClassFixture<PemOnly>
{
    [Theory]
    [MemberData(nameof(ApplyKillTests.Steps), MemberType = typeof(ApplyKillTests))]
    public Task A_renewed_certificate_is_old_or_new(string step) => host.IsKilledAtAsync(step);
}

/// <summary>The steps with master.cf and a map.</summary>
[Trait("Category", "Full")]
public sealed class LinesAndMapsKillTests(LinesAndMapsChanged host) : IClassFixture<LinesAndMapsChanged>
{
    [Theory]
    [MemberData(nameof(ApplyKillTests.Steps), MemberType = typeof(ApplyKillTests))]
    [InlineData(MortalAgentHost.MasterCfWritten)]
    [InlineData(FailpointNames.FileWritten + ":manifest.json")]
    public Task A_listener_is_there_whole_or_not_at_all(string step) => host.IsKilledAtAsync(step);
}

/// <summary>The steps with two services.</summary>
[Trait("Category", "Full")]
public sealed class TwoInstancesKillTests(TwoInstances host) : IClassFixture<TwoInstances>
{
    [Theory]
    [MemberData(nameof(ApplyKillTests.Steps), MemberType = typeof(ApplyKillTests))]
    public Task Each_service_is_old_or_new_for_itself(string step) => host.IsKilledAtAsync(step);
}

/// <summary>The steps with a service that does not run.</summary>
[Trait("Category", "Full")]
public sealed class StoppedKillTests(StoppedBefore host) : IClassFixture<StoppedBefore>
{
    [Theory]
    [MemberData(nameof(ApplyKillTests.Steps), MemberType = typeof(ApplyKillTests))]
    public Task What_is_down_stays_down_and_is_old_or_new(string step) => host.IsKilledAtAsync(step);
}
