using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>What holds for every operation of the API, before its handler runs.</summary>
internal static class RequestConventions
{
    public static RouteGroupBuilder WithRequestConventions(this RouteGroupBuilder api)
    {
        api.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            return Refuse(context) is { } failure ? Problem.Of(failure) : await next(invocation);
        });
        ((IEndpointConventionBuilder)api).Finally(ReadableBody.TakeOver);
        return api;
    }

    private static Failure? Refuse(HttpContext context)
    {
        var metadata = context.GetEndpoint()!.Metadata;
        var isWrite = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        if (isWrite && context.Request.Headers.ContainsKey("Change-Set") && metadata.GetMetadata<StageableOperation>() is null)
        {
            return new Failure(
                FailureCategory.Invalid,
                ProblemCodes.NotStageable,
                "This operation takes effect at once and cannot be staged. Send it without "
                    + "the header Change-Set.");
        }

        var dryRun = context.Request.Query["dryRun"];
        if (dryRun.Count > 1 || (dryRun.Count == 1 && dryRun[0] is not ("true" or "false")))
        {
            return CommonFailures.InvalidParameter("dryRun", "it must be true or false, and occur once.");
        }

        if (context.Request.Query["level"].Count > 1) return CommonFailures.InvalidParameter("level", "it must occur once.");
        // A misspelt dryRun would write.
        if (isWrite && UnknownParameter(context.Request.Query, metadata) is { } unknown)
            return CommonFailures.InvalidParameter(
                unknown, "this operation has no such parameter; the OpenAPI document lists those it has.");
        return isWrite && dryRun == "true" && metadata.GetMetadata<NoDryRun>() is not null
            ? CommonFailures.InvalidParameter("dryRun", "this operation has no dry run.")
            : null;
    }

    private static string? UnknownParameter(IQueryCollection query, EndpointMetadataCollection metadata) => query.Keys.FirstOrDefault(
        name => !name.Equals("dryRun", StringComparison.OrdinalIgnoreCase)
            && !metadata.GetOrderedMetadata<OperationParameter>().Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            && !metadata.GetOrderedMetadata<IParameterBindingMetadata>().Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
}
