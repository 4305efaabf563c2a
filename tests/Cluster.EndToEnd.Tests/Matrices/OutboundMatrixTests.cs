using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>Each mode of outgoing mail against each kind of peer, with real DNS and each host on port 25, as the sinks saw it.</summary>
public sealed class OutboundMatrixTests
{
    private static readonly OutboundCell[] Few =
    [
        new(DestinationTls.RequiredVerify, ControlRow.Own, Peer.Good),
        new(DestinationTls.RequiredVerify, ControlRow.SubDomains, Peer.Untrusted),
        new(DestinationTls.Preferred, ControlRow.Own, Peer.OffersNoStartTls),
        new(DestinationTls.Required, ControlRow.Own, Peer.RefusesStartTls),
        new(DestinationTls.Preferred, ControlRow.Own, Peer.DaneOffersNoStartTls, DaneMode.Opportunistic),
        new(DestinationTls.Preferred, ControlRow.SubDomains, Peer.DaneUntrusted, DaneMode.Opportunistic),
        new(DestinationTls.RequiredVerify, ControlRow.Own, Peer.DaneOtherKey, DaneMode.Mandatory),
        new(DestinationTls.Required, ControlRow.Own, Peer.InsistsOnCertificate) { ShowsCertificate = true },
        new(DestinationTls.Required, ControlRow.Own, Peer.AsksForCertificate),
    ];

    [Fact]
    public Task Mail_goes_encrypted_in_clear_or_not_at_all_as_the_table_says() => HoldsAsync(Few);

    [Fact]
    [Trait("Category", "Full")]
    public Task Each_cell_without_DANE_holds() => HoldsAsync(OutboundCell.WithoutDane);

    [Fact]
    [Trait("Category", "Full")]
    public Task Each_cell_with_DANE_holds() => HoldsAsync(OutboundCell.WithDane);

    [Fact]
    [Trait("Category", "Full")]
    public Task A_client_certificate_is_shown_to_those_that_it_is_meant_for() => HoldsAsync(OutboundCell.WithCertificates);

    private static async Task HoldsAsync(IReadOnlyList<OutboundCell> cells)
    {
        await using var network = await OutboundNetwork.StartAsync(cells);
        List<string> wrong = [.. await network.WrongAsync([.. cells.Where(c => !c.NeedsDefault)])];
        foreach (var round in cells.Where(c => c.NeedsDefault).GroupBy(c => c.Setting))
        {
            await network.SetDefaultAsync(round.Key);
            wrong.AddRange(await network.WrongAsync([.. round]));
        }

        wrong.ShouldBeEmpty();
    }
}
