using System.Text;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Contracts.Tests.Json;

public sealed class DocumentReaderTests
{
    [Fact]
    public void A_good_document_becomes_a_value()
    {
        var read = Read("""{"type":"public","port":25,"hostname":"mx.example.test","defaultPolicy":"accept","certificate":"mx"}""");
        read.Errors.ShouldBeEmpty();
        read.Value!.Type.ShouldBe(ListenerType.Public);
        read.Value.Port.ShouldBe(25);
        read.Value.SenderGroups.ShouldBeNull();
    }

    [Fact]
    public void Everything_that_is_wrong_is_reported_at_once_with_pointers()
    {
        var read = Read(
            """{"type":"open","port":"25","hostname":null,"tsl":1,"hostname":"x","senderGroups":[{"name":"a","senders":["ALL",7]}]}""");
        read.Value.ShouldBeNull();
        read.Errors.Select(e => (e.Pointer, e.Code)).ShouldBe(
        [
            ("/type", "unknown-value"),
            ("/port", "type"),
            ("/hostname", "null-not-allowed"),
            ("/tsl", "unknown-member"),
            ("/hostname", "duplicate-member"),
            ("/senderGroups/0/senders/1", "type"),
            ("/senderGroups/0/policy", "required"),
            ("/defaultPolicy", "required"),
        ]);
    }

    [Fact]
    public void A_typo_names_the_known_members() =>
        Read("""{"portt":1}""").Errors[0].Detail.ShouldContain("defaultPolicy");

    [Theory]
    [InlineData("""{"port":1.5}""", "/port", "type")]
    [InlineData("""{"port":1e3}""", "/port", "type")]
    [InlineData("""{"port":99999999999}""", "/port", "range")]
    [InlineData("""{"hostname":"a\u0000b"}""", "/hostname", "text")]
    [InlineData("""{"hostname":"\ud800"}""", "/hostname", "text")]
    [InlineData("""{"type":1}""", "/type", "type")]
    [InlineData("""[]""", "", "type")]
    [InlineData("""null""", "", "null-not-allowed")]
    public void Values_of_another_kind_are_refused(string json, string pointer, string code) =>
        Read(json).Errors.ShouldContain(e => e.Pointer == pointer && e.Code == code);

    [Fact]
    public void Names_with_slashes_are_escaped_in_pointers() =>
        Read("""{"a/b~c":1}""").Errors[0].Pointer.ShouldBe("/a~1b~0c");

    private static DocumentRead<Listener> Read(string json) =>
        DocumentReader.Read(Encoding.UTF8.GetBytes(json), ContractsJson.Default.Listener);
}
