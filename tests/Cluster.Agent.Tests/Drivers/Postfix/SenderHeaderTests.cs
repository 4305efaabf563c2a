using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Since Postfix 3.10 a sender's header can lower the level of a message (RFC 8689, 5), unless that is switched off.</summary>
public sealed class SenderHeaderTests : PolicyRowsCase
{
    [Theory]
    [InlineData("3.7.11", DestinationTls.Required, null)]
    [InlineData("3.9.4", DestinationTls.RequiredVerify, null)]
    [InlineData("3.10.0", DestinationTls.Required, "no")]
    [InlineData("3.11.2", DestinationTls.RequiredVerify, "no")]
    [InlineData("3.10.1", DestinationTls.Preferred, null)]
    public void It_is_switched_off_where_it_exists_and_TLS_is_required(string version, DestinationTls tls, string? value)
    {
        var (state, problems) = Render(version, tls);

        problems.ShouldBeEmpty();
        state.Parameters.GetValueOrDefault("tls_required_enable").ShouldBe(value);
    }

    [Fact]
    public void A_transport_that_switches_it_on_stands_against_what_is_required()
    {
        var routing = Host with
        {
            Transports = new Dictionary<string, MailTransport> { ["smtp"] = Transport("smtp", ("tls_required_enable", "yes")) },
        };
        Make(routing, ("a.example", Control(DestinationTls.Required)), ("b.example", Control(DestinationTls.Preferred)));

        Problems.ShouldHaveSingleItem().Items.Single().Name.ShouldBe("a.example");
    }

    private static (RenderedState State, IReadOnlyList<PartProblem> Problems) Render(string version, DestinationTls tls)
    {
        var input = new RenderInput
        {
            Orphaned = [],
            Applied = null,
            Keys = _ => null,
            Administrator = MainCf.Parse("smtp_tls_security_level = may\n"),
            Master = MasterCf.Parse("smtp unix - - n - - smtp\n"),
            Routing = Host with { Parameters = new Dictionary<string, string> { ["mail_version"] = version } },
            Now = DateTimeOffset.UnixEpoch,
        };
        var local = new LocalService { Name = "mail", Driver = "postfix" };
        return new Renderer(Parts.Empty.WithDestination("a.example", tls), input, local).Render();
    }
}
