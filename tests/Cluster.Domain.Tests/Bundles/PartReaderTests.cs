using System.Text;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Bundles;

public sealed class PartReaderTests
{
    [Fact]
    public void What_this_build_writes_it_reads()
    {
        var part = PartReader.Read(Encoding.UTF8.GetBytes(
            """{"schemaVersion":2,"driver":"postfix","settings":{"listeners":{"in":{"type":"public","port":25,"hostname":"mx.example","defaultPolicy":"p"}},"outbound":{"-":{"hostname":"out.example"}}},"certificates":{}}"""));

        part.Errors.ShouldBeEmpty();
        part.Value!.All<Listener>()["in"].Port.ShouldBe(25);
        part.Value.Singleton<OutboundSettings>()!.Hostname.ShouldBe("out.example");
        part.Value.Singleton<OutboundSettings>().ShouldBeSameAs(part.Value.Singleton<OutboundSettings>());
        part.Value.All<MailFlowPolicy>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"schemaVersion":1,"driver":"postfix","listeners":{}}""", "/schemaVersion", "schema-version")]
    [InlineData(
        """{"schemaVersion":2,"driver":"postfix","settings":{"secrets":{}},"certificates":{}}""", "/settings/secrets", "unknown-kind")]
    [InlineData(
        """{"schemaVersion":2,"driver":"postfix","settings":{"groups":{}},"certificates":{}}""", "/settings/groups", "unknown-kind")]
    [InlineData(
        """{"schemaVersion":2,"driver":"postfix","settings":{"outbound":{"-":{"host":"x"}}},"certificates":{}}""",
        "/settings/outbound/-/host",
        "unknown-member")]
    [InlineData(
        """{"schemaVersion":2,"driver":"postfix","settings":{"mail-flow-policies":{"p":{"tls":"strict"}}},"certificates":{}}""",
        "/settings/mail-flow-policies/p/tls",
        "unknown-value")]
    [InlineData(
        """{"schemaVersion":2,"driver":"postfix","settings":{"mail-flow-policies":{"p":{"tls":"off","tls":"required"}}},"certificates":{}}""",
        "/settings/mail-flow-policies/p/tls",
        "duplicate-member")]
    [InlineData("""{"schemaVersion":2,"driver":"postfix","settings":{},"certificates":{},"more":1}""", "/more", "unknown-member")]
    public void What_it_does_not_know_refuses_the_whole_part(string json, string pointer, string code)
    {
        var read = PartReader.Read(Encoding.UTF8.GetBytes(json));

        read.Value.ShouldBeNull();
        read.Errors.Select(e => (e.Pointer, e.Code)).ShouldBe([(pointer, code)]);
    }
}
