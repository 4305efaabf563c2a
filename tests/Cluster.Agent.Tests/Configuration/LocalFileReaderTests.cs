using System.Text.Json.Nodes;
using Cluster.Agent.Configuration;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Configuration;

public sealed class LocalFileReaderTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Endpoints_are_read_as_they_stand()
    {
        var (file, problems) = Read(Service("web", Endpoint("interfaces", "gui", "::", 443), Endpoint("interfaces", "api", "::", 443)));

        problems.ShouldBeEmpty();
        file!.Services[0].FindEndpoint("interfaces", "gui").ShouldNotBeNull().Port.ShouldBe(443);
        file.Services[0].FindEndpoint("listeners", "gui").ShouldBeNull();
    }

    [Theory]
    [InlineData("ports", "mx", "127.0.0.1", 25, "/services/0/endpoints/0/kind: use one of listeners, interfaces.")]
    [InlineData("listeners", "MX", "127.0.0.1", 25, "/services/0/endpoints/0/name: use at most 63 lower-case letters")]
    [InlineData("listeners", "mx", "localhost", 25, "/services/0/endpoints/0/address: use an IP address.")]
    [InlineData("listeners", "mx", "127.0.0.010", 25, "/services/0/endpoints/0/address: use an IP address.")]
    [InlineData("listeners", "mx", "127.1", 25, "/services/0/endpoints/0/address: use an IP address.")]
    [InlineData("listeners", "mx", "[::1]", 25, "/services/0/endpoints/0/address: use an IP address.")]
    [InlineData("listeners", "mx", "fe80::1%eth0", 25, "/services/0/endpoints/0/address: use an IP address.")]
    [InlineData("listeners", "mx", "127.0.0.1", 0, "/services/0/endpoints/0/port: use a port from 1 to 65535.")]
    [InlineData("listeners", "mx", "127.0.0.1", 65536, "/services/0/endpoints/0/port: use a port from 1 to 65535.")]
    public void What_is_wrong_with_an_endpoint_is_named(string kind, string name, string address, int port, string problem)
    {
        var (file, problems) = Read(Service("mail", Endpoint(kind, name, address, port)));

        file.ShouldBeNull();
        problems.ShouldHaveSingleItem().ShouldContain(problem);
    }

    [Fact]
    public void One_endpoint_has_one_service()
    {
        var first = Service("first", Endpoint("listeners", "mx", "127.0.0.1", 25), Endpoint("interfaces", "mx", "127.0.0.1", 443));

        Read(first, Service("second", Endpoint("listeners", "mx", "127.0.0.2", 25))).Problems.ShouldHaveSingleItem()
            .ShouldContain("the endpoint listeners/mx is listed twice; only one service can host it.");
        Read(first, Service("second", Endpoint("listeners", "other", "127.0.0.1", 25))).Problems.ShouldHaveSingleItem()
            .ShouldContain("first and second list 127.0.0.1 port 25 both; only one service can listen there.");
    }

    [Theory]
    [InlineData("real")]
    [InlineData("real/")]
    [InlineData("./real/.")]
    [InlineData("link")]
    [InlineData("link/../real")]
    public void A_directory_has_one_service(string same)
    {
        Directory.CreateDirectory(directory["real"]);
        File.CreateSymbolicLink(directory["link"], directory["real"]);
        var (first, second) = (Service("first"), Service("second"));
        first["configDirectory"] = directory["real"];
        second["configDirectory"] = $"{directory.Path}/{same}";

        Read(first, second).Problems.ShouldHaveSingleItem().ShouldContain(
            $"/services: first and second both manage {directory["real"]}");
    }

    [Fact]
    public void A_file_of_LDAP_clients_has_one_service()
    {
        File.CreateSymbolicLink(directory["home"], directory.Path);
        var (first, second) = (Ldap("first", directory.Path), Ldap("second", directory["home"]));

        Read(first, second).Problems.ShouldHaveSingleItem().ShouldContain($"first and second both manage {directory[".ldaprc"]}");
        Read(first, Ldap("second", "/root")).Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pipe_in_its_place_holds_nobody_up()
    {
        await NamedPipe.MakeAsync(directory["agent.json"]);

        var (file, problems) = await Task.Run(() => LocalFileReader.Read(directory["agent.json"]))
            .WaitAsync(Patience.Answer, TestContext.Current.CancellationToken);

        file.ShouldBeNull();
        problems.ShouldHaveSingleItem().ShouldContain("Put a regular file in its place");
    }

    private static JsonObject Ldap(string name, string home) => new()
    {
        ["name"] = name,
        ["driver"] = "ldap-client",
        ["configDirectory"] = $"/etc/{name}",
        ["users"] = new JsonArray(new JsonObject { ["name"] = "root", ["home"] = home }),
    };

    private (LocalFile? File, IReadOnlyList<string> Problems) Read(params JsonObject[] services)
    {
        var path = directory["agent.json"];
        File.WriteAllText(path, new JsonObject { ["services"] = new JsonArray([.. services.Select(s => s.DeepClone())]) }.ToJsonString());
        return LocalFileReader.Read(path);
    }

    private static JsonObject Service(string name, params JsonNode[] endpoints) => new()
    {
        ["name"] = name,
        ["driver"] = "files",
        ["configDirectory"] = $"/etc/{name}",
        ["endpoints"] = new JsonArray(endpoints),
    };

    private static JsonObject Endpoint(string kind, string name, string address, int port) =>
        new() { ["kind"] = kind, ["name"] = name, ["address"] = address, ["port"] = port };
}
