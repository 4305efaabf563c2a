using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers;

/// <summary>What stays although no level defines it is told with what ends it, which is not the same for every kind.</summary>
public sealed class OrphanWarningTests
{
    private static readonly LocalService Local = new() { Name = "mail", Driver = "postfix" };

    [Fact]
    public void What_can_be_hidden_is_told_to_be_hidden_or_unmanaged() =>
        Warning("a.example", new DestinationControl { Tls = DestinationTls.Required }).ShouldBe(
            "orphaned destination-controls/a.example: no level defines it any more; it stays applied until it is hidden or unmanaged.");

    [Fact]
    public void What_cannot_be_hidden_is_told_to_be_set_anew_or_unmanaged() =>
        Warning(Kinds.SingletonName, new OutboundSettings { Hostname = "out.example" }).ShouldBe(
            "orphaned outbound/-: no level defines it any more; it stays applied until it is set anew or unmanaged.");

    [Fact]
    public void Trust_cannot_be_hidden()
    {
        var applied = Parts.Empty with { Trust = new PartTrust { UseSystem = true, Authorities = [] } };

        EffectivePart.Merge(applied, Parts.Empty, Local).Warnings.ShouldHaveSingleItem().ShouldBe(
            "orphaned trust/-: no level defines it any more; it stays applied until it is set anew or unmanaged.");
    }

    private static string Warning<T>(string name, T document)
        where T : class, ISettingsDocument =>
        EffectivePart.Merge(Parts.Empty.With(name, document), Parts.Empty, Local).Warnings.ShouldHaveSingleItem();
}
