// A Vulkan driver that compiles like RADV, AMD's driver in Mesa, for a GPU that is not there.
//
// With RADV_FORCE_FAMILY, RADV poses as any GPU that Mesa knows. That device has no memory, and its command buffers
// need a kernel driver, so Dawn cannot open it. This library stands in front: it serves memory from the process's own,
// and ignores commands and submissions. Every other function is RADV's, above all vkCreateComputePipelines, which runs
// the real compiler. RADV_DEBUG=asm,shaderstats shows what that makes of a shader.
//
// NULL_GPU_DRIVER is the path of libvulkan_radeon.so.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <vulkan/vulkan.h>

#define EXPORT __attribute__((visibility("default")))
#define LENGTH(array) (sizeof(array) / sizeof *(array))

typedef PFN_vkVoidFunction Function;

// RADV's own functions, for those that this file wraps.
static PFN_vkGetInstanceProcAddr instance_function_of_radv;
static PFN_vkGetInstanceProcAddr physical_function_of_radv;
static PFN_vkGetDeviceProcAddr device_function_of_radv;
static PFN_vkGetBufferMemoryRequirements requirements_of_radv;
static PFN_vkGetBufferMemoryRequirements2 requirements2_of_radv;
static VkResult (*negotiate_of_radv)(uint32_t *);

static void load_radv(void) {
  if (instance_function_of_radv) return;
  const char *path = getenv("NULL_GPU_DRIVER");
  void *radv = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
  if (!radv) {
    fprintf(stderr, "null_gpu: NULL_GPU_DRIVER is %s, expected the path of libvulkan_radeon.so\n", path ? dlerror() : "not set");
    abort();
  }
  instance_function_of_radv = (PFN_vkGetInstanceProcAddr)dlsym(radv, "vk_icdGetInstanceProcAddr");
  physical_function_of_radv = (PFN_vkGetInstanceProcAddr)dlsym(radv, "vk_icdGetPhysicalDeviceProcAddr");
  negotiate_of_radv = (VkResult(*)(uint32_t *))dlsym(radv, "vk_icdNegotiateLoaderICDInterfaceVersion");
}

// Memory is one heap of two types, one visible to the host as Dawn expects of every device. Pages are only reserved, so
// that large tensors cost nothing.

static const uint32_t MEMORY_TYPES = 3;

typedef struct {
  void *start;
  size_t bytes;
} Memory;

static void memory_properties(VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties *out) {
  const VkMemoryPropertyFlags on_device = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  const VkMemoryPropertyFlags on_host =
      VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
  memset(out, 0, sizeof *out);
  out->memoryTypeCount = 2;
  out->memoryTypes[0].propertyFlags = on_device;
  out->memoryTypes[1].propertyFlags = on_device | on_host;
  out->memoryHeapCount = 1;
  out->memoryHeaps[0].size = 16ull << 30;
  out->memoryHeaps[0].flags = VK_MEMORY_HEAP_DEVICE_LOCAL_BIT;
}

static void memory_properties2(VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties2 *out) {
  memory_properties(device, &out->memoryProperties);
}

static VkResult allocate(VkDevice device, const VkMemoryAllocateInfo *info, const VkAllocationCallbacks *callbacks,
                         VkDeviceMemory *out) {
  Memory *memory = malloc(sizeof *memory);
  if (!memory) return VK_ERROR_OUT_OF_HOST_MEMORY;
  memory->bytes = info->allocationSize;
  memory->start =
      mmap(NULL, memory->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory->start == MAP_FAILED) {
    free(memory);
    return VK_ERROR_OUT_OF_DEVICE_MEMORY;
  }
  *out = (VkDeviceMemory)(uintptr_t)memory;
  return VK_SUCCESS;
}

static void release(VkDevice device, VkDeviceMemory handle, const VkAllocationCallbacks *callbacks) {
  Memory *memory = (Memory *)(uintptr_t)handle;
  if (!memory) return;
  munmap(memory->start, memory->bytes);
  free(memory);
}

static VkResult map(VkDevice device, VkDeviceMemory handle, VkDeviceSize offset, VkDeviceSize size, VkFlags flags,
                    void **out) {
  *out = (char *)((Memory *)(uintptr_t)handle)->start + offset;
  return VK_SUCCESS;
}

// Buffers must fit the memory types above, not those of the device that RADV poses as.

static void requirements(VkDevice device, VkBuffer buffer, VkMemoryRequirements *out) {
  requirements_of_radv(device, buffer, out);
  out->memoryTypeBits = MEMORY_TYPES;
}

static void requirements2(VkDevice device, const VkBufferMemoryRequirementsInfo2 *info, VkMemoryRequirements2 *out) {
  requirements2_of_radv(device, info, out);
  out->memoryRequirements.memoryTypeBits = MEMORY_TYPES;
}

// Submitted work is done at once, so fences and semaphores are only names.

static VkResult create_signaled(VkDevice device, const void *info, const VkAllocationCallbacks *callbacks,
                                uint64_t *out) {
  static uint64_t next = 1;
  *out = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED);
  return VK_SUCCESS;
}

// Called with any arguments: in the C ABI of Linux the caller removes them.
static VkResult succeed(void) { return VK_SUCCESS; }
static void do_nothing(void) {}

typedef struct {
  const char *name;
  Function function;
} Entry;

static const Entry OURS[] = {
    {"vkGetPhysicalDeviceMemoryProperties", (Function)memory_properties},
    {"vkGetPhysicalDeviceMemoryProperties2", (Function)memory_properties2},
    {"vkGetPhysicalDeviceMemoryProperties2KHR", (Function)memory_properties2},
    {"vkAllocateMemory", (Function)allocate},
    {"vkFreeMemory", (Function)release},
    {"vkMapMemory", (Function)map},
    {"vkUnmapMemory", (Function)do_nothing},
    {"vkFlushMappedMemoryRanges", (Function)succeed},
    {"vkInvalidateMappedMemoryRanges", (Function)succeed},
    {"vkBindBufferMemory", (Function)succeed},
    {"vkBindBufferMemory2", (Function)succeed},
    {"vkBindBufferMemory2KHR", (Function)succeed},
    {"vkUpdateDescriptorSets", (Function)do_nothing},
    {"vkBeginCommandBuffer", (Function)succeed},
    {"vkEndCommandBuffer", (Function)succeed},
    {"vkResetCommandBuffer", (Function)succeed},
    {"vkResetCommandPool", (Function)succeed},
    {"vkQueueSubmit", (Function)succeed},
    {"vkQueueSubmit2", (Function)succeed},
    {"vkQueueSubmit2KHR", (Function)succeed},
    {"vkQueueWaitIdle", (Function)succeed},
    {"vkDeviceWaitIdle", (Function)succeed},
    {"vkCreateFence", (Function)create_signaled},
    {"vkDestroyFence", (Function)do_nothing},
    {"vkGetFenceStatus", (Function)succeed},
    {"vkWaitForFences", (Function)succeed},
    {"vkResetFences", (Function)succeed},
    {"vkCreateSemaphore", (Function)create_signaled},
    {"vkDestroySemaphore", (Function)do_nothing},
};

static bool is(const char *name, const char *other) { return strcmp(name, other) == 0; }

static Function ours(const char *name) {
  for (size_t i = 0; i < LENGTH(OURS); i++)
    if (is(name, OURS[i].name)) return OURS[i].function;
  // Every command of a command buffer.
  return strncmp(name, "vkCmd", 5) == 0 ? (Function)do_nothing : NULL;
}

// Wraps what RADV answers for buffers.
static Function wrapped(const char *name, Function of_radv) {
  if (!of_radv) return NULL;
  if (is(name, "vkGetBufferMemoryRequirements")) {
    requirements_of_radv = (PFN_vkGetBufferMemoryRequirements)of_radv;
    return (Function)requirements;
  }
  if (is(name, "vkGetBufferMemoryRequirements2") || is(name, "vkGetBufferMemoryRequirements2KHR")) {
    requirements2_of_radv = (PFN_vkGetBufferMemoryRequirements2)of_radv;
    return (Function)requirements2;
  }
  return of_radv;
}

static Function device_function(VkDevice device, const char *name) {
  Function own = ours(name);
  return own ? own : wrapped(name, device_function_of_radv(device, name));
}

// The three functions by which the Vulkan loader enters a driver.

EXPORT Function vk_icdGetInstanceProcAddr(VkInstance instance, const char *name) {
  load_radv();
  Function own = ours(name);
  if (own) return own;
  Function of_radv = instance_function_of_radv(instance, name);
  if (!is(name, "vkGetDeviceProcAddr")) return wrapped(name, of_radv);
  device_function_of_radv = (PFN_vkGetDeviceProcAddr)of_radv;
  return (Function)device_function;
}

EXPORT Function vk_icdGetPhysicalDeviceProcAddr(VkInstance instance, const char *name) {
  load_radv();
  Function own = ours(name);
  if (own) return own;
  return (physical_function_of_radv ? physical_function_of_radv : instance_function_of_radv)(instance, name);
}

EXPORT VkResult vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
  load_radv();
  return negotiate_of_radv(version);
}
