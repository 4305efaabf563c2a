using Cluster.Contracts.Certificates;
using Cluster.Contracts.Time;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Features.Certificates.SigningRequests;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Makes a key, a self-signed certificate and an open signing request with the same names.</summary>
internal sealed class CreateCertificate(CertificateVersionWriter writes, KeyMaking keys, RequestRows requests, TimeProvider clock)
{
    private const string Example = """{"name":"mx","subject":{"organization":"Example","country":"CH"},"dnsNames":["mx.example.org"],"key":{"algorithm":"rsa","size":2048},"validFor":"365d"}""";
    private static readonly TimeSpan MaximumLife = TimeSpan.FromDays(3650);

    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapPost("", (HttpContext context, CreateCertificate creation) => creation.HandleAsync(context))
        .RequireAuthorization(Policies.Operator)
        .Operation("createCertificate", "Makes a key, a self-signed certificate and an open signing request.", "The key and the request are durable at once, also when the item is only staged; abandoning a change set keeps them.")
        .Body<CertificateCreate>(Example)
        .Returns<CertificateShape>(StatusCodes.Status201Created, CertificateResponse.Example)
        .LevelAndAcknowledge()
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = await context.ReadAsync(CertificatesJson.Default.CertificateCreate);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var order = Read(body.Value);
        if (!order.Succeeded) return Problem.Of(order.Failure);
        // The name stands in the body where other operations have it in the path.
        context.Request.RouteValues["name"] = body.Value.Name;
        if (context.IsDryRun()) return await WriteAsync(context, Promise(order.Value));
        var made = await keys.MakeAsync(order.Value.Key, context.RequestAborted);
        if (!made.Succeeded) return Problem.Of(made.Failure);
        using var key = made.Value;
        return await WriteAsync(context, Prepare(order.Value, key));
    }

    private async Task<IResult> WriteAsync(HttpContext context, PreparedVersion prepared)
    {
        var written = await writes.RunAsync(context, "create", async (target, ct) =>
        {
            var refused = Taken(target) ?? await requests.Quotas.CheckRequestsAsync(target.Db, target.Write.ClusterId, 1, ct);
            return refused ?? Outcome.Of(prepared);
        });
        return written.Match(w => CertificateVersionWriter.Answer(context, w));
    }

    private PreparedVersion Prepare(Order order, PrivateKeyMaterial key)
    {
        var leaf = SelfSigned.Create(key, order.Names, clock.GetUtcNow(), order.Life);
        var request = Pki.Requests.SigningRequests.Create(key, order.Names);
        return new PreparedVersion(new NewVersion(CertificateSource.SelfSigned, leaf, []), key, null)
        {
            Also = (target, _) =>
            {
                requests.Add(target.Db, target.Write.ClusterId, target.Level, target.Name, request);
                return Task.CompletedTask;
            },
        };
    }

    // A dry run makes no key: the same course is taken with a certificate for one that does not exist.
    private PreparedVersion Promise(Order order)
    {
        var leaf = PromisedCertificate.Create(order.Key, order.Names, clock.GetUtcNow(), order.Life);
        return new PreparedVersion(new NewVersion(CertificateSource.SelfSigned, leaf, []), null, null) { Promised = true };
    }

    private static Failure? Taken(WriteTarget target)
    {
        if (Domain.Configuration.ItemNames.Check(Contracts.Settings.Kinds.Certificates, target.Name, "/name") is { } wrong) return CommonFailures.Invalid(wrong);
        return target.Current is null ? null : CertificateFailures.Taken(target.Name, target.Level.Name.ToString());
    }

    private static Outcome<Order> Read(CertificateCreate asked)
    {
        var key = KeyMaking.Read(asked.Key, "/key");
        if (!key.Succeeded) return key.Failure;
        var life = TimeSpan.FromDays(365);
        if (asked.ValidFor is { } text && (!DurationText.TryParse(text, out life) || life < TimeSpan.FromDays(1) || life > MaximumLife))
            return CommonFailures.Invalid("/validFor", "range", "It is 1d to 3650d.");
        var problems = RequestedNames.Check(SubjectShapes.Read(asked.Subject), asked.DnsNames, asked.IpAddresses, out var names);
        return names is null ? CertificateFailures.Names(problems) : new Order(names, key.Value, life);
    }

    private sealed record Order(RequestedNames Names, KeySpecification Key, TimeSpan Life);
}
