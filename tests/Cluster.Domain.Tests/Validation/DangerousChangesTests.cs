using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Validation;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Validation;

public sealed class DangerousChangesTests
{
    private const string Listener = """{"type":"private","port":25,"hostname":"h","defaultPolicy":"accept"}""";

    [Theory]
    [InlineData("required", "off", DangerousChanges.TlsRemoved)]
    [InlineData("preferred", "off", DangerousChanges.TlsRemoved)]
    [InlineData("required", "preferred", DangerousChanges.ModeLowered)]
    [InlineData("off", "required", null)]
    public void Weaker_tls_of_a_listener_must_be_named(string before, string after, string? code) =>
        Of(Policy(before), Policy(after)).ShouldBe(code is null ? [] : [code]);

    [Theory]
    [InlineData("required-verify", "required", true)]
    [InlineData("required-verify", "required-verify-hosted-domains", true)]
    [InlineData("preferred", "required", false)]
    [InlineData("required", "default", true)]
    public void A_lower_mode_of_a_destination_must_be_named(string before, string after, bool lowered) =>
        Of(Destination(before), Destination(after)).Contains(DangerousChanges.ModeLowered).ShouldBe(lowered);

    [Fact]
    public void Removing_a_strict_destination_lowers_its_mode() => Of(Destination("required"), []).ShouldBe([DangerousChanges.ModeLowered]);

    [Fact]
    public void Trusting_nobody_must_be_named() =>
        Of([], [Make.Item(Kinds.Trust, "-", """{"useSystem":false}""")]).ShouldBe([DangerousChanges.TrustEmptied]);

    [Fact]
    public void Touching_more_than_half_of_a_large_fleet_must_be_named()
    {
        var fleet = Make.Fleet([.. Enumerable.Range(0, 20).Select(i => Make.Machine($"gw-{i}"))]);

        DangerousChanges.Of(new(Make.Snapshot(), fleet), new(Make.Snapshot(), fleet), 11).ShouldBe([DangerousChanges.ManyMachines]);
        DangerousChanges.Of(new(Make.Snapshot(), fleet), new(Make.Snapshot(), fleet), 10).ShouldBeEmpty();
    }

    private static Item[] Policy(string tls) => [Make.Item(Kinds.Listeners, "in", Listener), Make.Item(Kinds.MailFlowPolicies, "accept", $$"""{"tls":"{{tls}}"}""")];

    private static Item[] Destination(string tls) => [Make.Item(Kinds.DestinationControls, "example.org", $$"""{"tls":"{{tls}}"}""")];

    private static IReadOnlyList<string> Of(Item[] before, Item[] after) => DangerousChanges.Of(new(Make.Snapshot(before), Make.Fleet()), new(Make.Snapshot(after), Make.Fleet()), 0);
}
