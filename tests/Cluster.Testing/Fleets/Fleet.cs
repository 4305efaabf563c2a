using System.Text.Json.Nodes;
using Cluster.Testing.Authorities;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Cluster.Testing.Rest;

namespace Cluster.Testing.Fleets;

/// <summary>A real manager with one cluster, and hosts that join it: what an administrator does, in words of intent.</summary>
public sealed class Fleet : IAsyncDisposable
{
    public const string Name = "mail";
    private readonly List<FleetHost> hosts = [];

    private Fleet(ManagerProcess manager) => Manager = manager;

    public ManagerProcess Manager { get; }

    public RestApi Rest => Manager.Rest;

    public TestCa Authority { get; } = new();

    public static async Task<Fleet> StartAsync(ManagerOptions? options = null)
    {
        var fleet = new Fleet(await ManagerProcess.StartNewAsync(options));
        (await fleet.Rest.PostAsync("/clusters", new JsonObject { ["name"] = Name })).Expect(201);
        return fleet;
    }

    /// <summary>A path below the cluster.</summary>
    public static string At(string path) => $"/clusters/{Name}/{path}";

    public async Task<JsonNode> NewTokenAsync(JsonObject? more = null)
    {
        var body = more ?? [];
        body["ttl"] ??= "1h";
        return (await Rest.PostAsync(At("join-tokens"), body)).Expect(201).Json;
    }

    /// <summary>A started Postfix with an agent that has joined and is connected.</summary>
    public async Task<FleetHost> JoinAsync(string name, bool withFailpoints = false, params PostfixOptions[] instances)
    {
        var host = await NewHostAsync(new AgentOptions { Name = name, WithFailpoints = withFailpoints }, instances);
        await host.JoinAsync();
        host.Agent.Start();
        await host.ConnectedAsync();
        return host;
    }

    /// <summary>A started Postfix with an agent that has not joined.</summary>
    public async Task<FleetHost> NewHostAsync(AgentOptions options, params PostfixOptions[] instances)
    {
        PostfixOptions[] wanted =
            instances.Length > 0 ? instances : [new PostfixOptions { Name = "postfix", Hostname = $"{options.Name}.example.test" }];
        var services = new List<PostfixInstance>();
        foreach (var instance in wanted)
        {
            services.Add(await PostfixInstance.StartNewAsync(instance));
        }

        return Keep(new FleetHost(this, new AgentProcess(options, [.. services]), services));
    }

    /// <summary>A Postfix that is configured but not started, with an agent that has not joined.</summary>
    public async Task<FleetHost> NewIdleHostAsync(AgentOptions options)
    {
        var service = await PostfixInstance.CreateAsync(new PostfixOptions { Name = "postfix", Hostname = $"{options.Name}.example.test" });
        return Keep(new FleetHost(this, new AgentProcess(options, service), [service]));
    }

    /// <summary>A certificate made by the manager, signed by the test's authority and uploaded; returns its serial number.</summary>
    public async Task<string> SignedCertificateAsync(string name, params string[] dnsNames)
    {
        await SelfSignedCertificateAsync(name, dnsNames);
        return await UploadSignedAsync(name);
    }

    public async Task<JsonNode> SelfSignedCertificateAsync(string name, params string[] dnsNames) =>
        (await Rest.PostAsync(At("certificates"), new JsonObject
        {
            ["name"] = name,
            ["subject"] = new JsonObject { ["commonName"] = dnsNames[0] },
            ["dnsNames"] = new JsonArray([.. dnsNames.Select(n => (JsonNode)n)]),
            ["key"] = new JsonObject { ["algorithm"] = "ec", ["curve"] = "P-256" },
            ["validFor"] = "30d",
        })).Expect(201).Json;

    /// <summary>A self-signed certificate of one machine's own; returns the hash of its leaf.</summary>
    public async Task<string> SelfSignedCertificateAtMachineAsync(string name, string machine) =>
        (string)(await Rest.PostAsync(At($"certificates?level=machine:{machine}"), new JsonObject
        {
            ["name"] = name,
            ["subject"] = new JsonObject { ["commonName"] = $"{machine}.example.test" },
            ["dnsNames"] = new JsonArray($"{machine}.example.test"),
            ["key"] = new JsonObject { ["algorithm"] = "ec", ["curve"] = "P-256" },
            ["validFor"] = "30d",
        })).Expect(201).Json["sha256"]!;

    /// <summary>Signs the newest open request and uploads leaf and intermediate; returns the leaf's serial number.</summary>
    public async Task<string> UploadSignedAsync(string name) => await UploadAsync(name, await SignOpenRequestAsync(name));

    /// <summary>What the authority makes of the newest open request: leaf and intermediate as PEM.</summary>
    public async Task<string> SignOpenRequestAsync(string name)
    {
        var request =
            (await Rest.GetAsync(At($"certificates/{name}/signing-request"), ("Accept", "application/x-pem-file"))).Expect(200).Text;
        return Authority.PemFor(Authority.Sign(request));
    }

    /// <summary>Uploads what the authority made; returns the leaf's serial number.</summary>
    public async Task<string> UploadAsync(string name, string pem, params (string Name, string Value)[] headers) =>
        (string)(await Rest.SendAsync(
            HttpMethod.Put, At($"certificates/{name}/signed-certificate"), new StringContent(pem, null, "application/x-pem-file"), headers))
            .Expect(200, 201).Json["serialNumber"]!;

    /// <summary>Opens a request for a new key.</summary>
    public async Task OpenRenewalAsync(string name) =>
        (await Rest.PostAsync(At($"certificates/{name}/signing-request"), new JsonObject { ["key"] = "new" })).Expect(200, 201);

    /// <summary>The next version of a certificate, with a new key; returns the leaf's serial number.</summary>
    public async Task<string> RenewAsync(string name)
    {
        await OpenRenewalAsync(name);
        return await UploadSignedAsync(name);
    }

    /// <summary>One listener with a certificate and a TLS level, and its policy.</summary>
    public static (string Path, JsonObject Body)[] ListenerWithTls(string listener, string certificate, string tls) =>
    [
        ($"mail-flow-policies/tls-{tls}", new JsonObject { ["tls"] = tls }),
        ($"listeners/{listener}", Listener(certificate, $"tls-{tls}")),
    ];

    /// <summary>The next version of a certificate and settings as one revision; returns the leaf's serial number.</summary>
    public async Task<string> RenewWithAsync(string certificate, params (string Path, JsonObject Body)[] settings)
    {
        await OpenRenewalAsync(certificate);
        var change = await StageAsync(settings);
        var serial = await UploadAsync(certificate, await SignOpenRequestAsync(certificate), ("Change-Set", change));
        await CommitStagedAsync(change);
        return serial;
    }

    public static JsonObject Listener(string certificate, string policy) => new()
    {
        ["type"] = "private",
        ["port"] = 25,
        ["hostname"] = "mx.example.test",
        ["certificate"] = certificate,
        ["defaultPolicy"] = policy,
    };

    /// <summary>Commits settings as one change set and returns the revision.</summary>
    public async Task<JsonNode> CommitAsync(params (string Path, JsonObject Body)[] settings)
    {
        var change = await StageAsync(settings);
        return await CommitStagedAsync(change);
    }

    public async Task<string> StageAsync(params (string Path, JsonObject Body)[] settings)
    {
        var change = (string)(await Rest.PostAsync(At("change-sets"), new JsonObject { ["description"] = "test" })).Expect(201).Json["id"]!;
        foreach (var (path, body) in settings)
        {
            (await Rest.PutAsync(At(path), body, ("Change-Set", change))).Expect(200, 201);
        }

        return change;
    }

    public async Task<JsonNode> CommitStagedAsync(string change)
    {
        var validated = (await Rest.PostAsync(At($"change-sets/{change}/validate"))).Expect(200).Json;
        var acknowledge = validated["acknowledge"]!.DeepClone();
        return (await Rest.PostAsync(
            At($"change-sets/{change}/commit"), new JsonObject { ["comment"] = "test", ["acknowledge"] = acknowledge })).Expect(201).Json;
    }

    /// <summary>Waits until the rollout of a revision has ended, and returns it.</summary>
    public async Task<JsonNode> RolloutEndedAsync(JsonNode revision) =>
        await Eventually.Has(
            async () => (await Rest.GetAsync(At($"rollouts/{(string)revision["rollout"]!}"))).Expect(200).Json,
            HasEnded,
            "the rollout ends");

    /// <summary>Waits until no rollout is left to do: before that a machine may be in sync with what came before.</summary>
    public Task RolloutsEndAsync() => Eventually.Is(
        async () =>
            (await Rest.GetAsync(At("rollouts"))).Expect(200).Json["items"]!.AsArray().All(r => HasEnded(r!)), "every rollout ends");

    private static bool HasEnded(JsonNode rollout) => (string)rollout["state"]! is not ("queued" or "running" or "paused");

    public async Task<JsonNode> MachineAsync(string name) => (await Rest.GetAsync(At($"machines/{name}"))).Expect(200).Json;

    /// <summary>Waits until a machine satisfies a condition, and returns it.</summary>
    public Task<JsonNode> MachineBecomesAsync(string name, Func<JsonNode, bool> condition, string what) =>
        Eventually.Has(() => MachineAsync(name), condition, $"{name} {what}");

    private FleetHost Keep(FleetHost host)
    {
        hosts.Add(host);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }

        await Manager.DisposeAsync();
        Authority.Dispose();
    }
}
